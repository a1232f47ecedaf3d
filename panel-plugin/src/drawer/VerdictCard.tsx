import { useStyles2 } from '@grafana/ui';
import React from 'react';
import { texts } from '../texts.ts';
import { fullTime } from '../time.ts';
import type { VerdictMark } from '../timeline/model.ts';
import { Around } from './Around.tsx';
import type { DrawerProps } from './DetailDrawer.tsx';
import { Facts } from './Facts.tsx';
import { Links } from './Links.tsx';
import { cardStyles } from './styles.ts';

/** Whose fault it was, how sure that is, and what is or was to be done about it. */
export function VerdictCard(props: DrawerProps & { id: string; mark: VerdictMark | undefined }) {
  const { id, mark, writer, colours } = props;
  const styles = useStyles2(cardStyles);
  if (!mark) {
    return <p>{texts.drawer.noRecord(texts.drawer.verdict.toLowerCase(), id)}</p>;
  }
  const { from, fault, confidence, recommended, taken } = mark;
  return (
    <div style={{ ['--mark' as string]: colours.verdict }} data-testid="faultline-verdict-card">
      <p className={styles.headline}>{texts.fault(fault)}</p>
      <Facts
        facts={[
          [texts.drawer.judged, fullTime(writer, from)],
          [texts.drawer.confidence, confidence === null ? '' : `${Math.round(confidence * 100)} %`],
          [texts.drawer.recommended, recommended],
          [texts.drawer.taken, taken],
          [texts.drawer.id, <span className={styles.mono}>{id}</span>],
        ]}
      />
      <Links {...props} segment={{ kind: 'verdict', from, to: from, id, fault }} />
      <Around {...props} at={from} but={id} />
    </div>
  );
}
