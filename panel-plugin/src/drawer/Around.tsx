import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import React from 'react';
import { Glyph } from '../panel/Glyph.tsx';
import { causeOf, colourOf, marksOf, nameOf, shapeOf, stateName } from '../panel/marks.ts';
import { texts } from '../texts.ts';
import { clockTime, duration } from '../time.ts';
import { stateGlyph } from '../timeline/glyphs.ts';
import { around, type Happening } from '../timeline/around.ts';
import type { DrawerProps } from './DetailDrawer.tsx';
import { Entry } from './Entry.tsx';
import { cardStyles } from './styles.ts';

const MOST = 4;
/** What is farther away than this happened at another time. */
const REACH_MS = 10 * 60_000;

interface AroundProps extends DrawerProps {
  /** ms */
  at: number;
  /** The id of the record that is asked about. */
  but?: string;
}

/** What else happened around this time, each a way to it: causes are found by what came right before. */
export function Around({ at, but, timeline, selection, ...props }: AroundProps) {
  const { colours, writer, onSelect } = props;
  const cards = useStyles2(cardStyles);
  const styles = useStyles2(aroundStyles);
  const index =
    selection.lane === 'state'
      ? timeline.states.findIndex(({ from, to }) => from <= selection.at && selection.at < to)
      : marksOf(timeline, selection.lane).findIndex(({ id }) => id === but);
  const found = around(timeline, at, { but: { lane: selection.lane, index }, most: MOST, reachMs: REACH_MS });
  if (found.length === 0) {
    return null;
  }
  const entryOf = ({ lane, index, at: when }: Happening) => {
    if (lane === 'state') {
      const state = timeline.states[index];
      return {
        glyph: <Glyph shape={stateGlyph(state?.state ?? 'unknown')} size={12} />,
        colour: colours.state[state?.state ?? 'unknown'].fill,
        name: stateName(state?.state ?? 'unknown', colours),
        note: state?.raw ?? '',
        onOpen: () => onSelect({ lane, at: when }),
      };
    }
    const mark = marksOf(timeline, lane)[index];
    return {
      glyph: mark && <Glyph shape={shapeOf(mark)} size={12} />,
      colour: mark ? colourOf(lane, shapeOf(mark), colours) : '',
      name: mark ? nameOf(mark) : '',
      note: mark ? causeOf(mark) : '',
      onOpen: () => onSelect({ lane, ids: [mark?.id ?? ''], open: mark?.id ?? '' }),
    };
  };
  return (
    <>
      <h3 className={cards.section}>{texts.drawer.around}</h3>
      <ul className={styles.list} data-testid="faultline-around">
        {found.map((one) => (
          <Entry
            key={`${one.lane} ${one.index}`}
            {...entryOf(one)}
            time={`${clockTime(writer, one.at)} ${one.at < at ? '−' : '+'}${duration(Math.abs(one.at - at))}`}
          />
        ))}
      </ul>
    </>
  );
}

const aroundStyles = (theme: GrafanaTheme2) => ({
  list: css({ listStyle: 'none', margin: theme.spacing(0, 0, 2), padding: 0 }),
});
