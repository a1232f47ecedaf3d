import { cx } from '@emotion/css';
import { Button, useStyles2 } from '@grafana/ui';
import React, { useState } from 'react';
import { alarmFromFrames, furtherDetails, type AlarmRecord } from '../details/records.ts';
import { useDetail } from '../details/useDetail.ts';
import { Glyph } from '../panel/Glyph.tsx';
import { texts } from '../texts.ts';
import { duration, fullTime } from '../time.ts';
import type { AlarmLevel, AlarmMark } from '../timeline/model.ts';
import type { DrawerProps } from './DetailDrawer.tsx';
import { DetailState } from './DetailState.tsx';
import { Facts } from './Facts.tsx';
import { cardStyles } from './styles.ts';

const neverAgain = () => false;

/** One alarm: cause, name, category, level and id (A27, A43); more on further demand. */
export function AlarmCard(props: DrawerProps & { id: string; mark: AlarmMark | undefined }) {
  const { id, mark, data } = props;
  const version = mark ? `${mark.level} ${mark.to} ${mark.occurrences}` : '';
  const detail = useDetail({ type: 'alarm', id }, data, version, alarmFromFrames, neverAgain);
  return (
    <DetailState detail={detail} what={texts.drawer.alarm.toLowerCase()} id={id}>
      {(record) => <Card {...props} record={record} />}
    </DetailState>
  );
}

function Card({ record, writer, colours }: DrawerProps & { record: AlarmRecord }) {
  const styles = useStyles2(cardStyles);
  const [more, setMore] = useState(false);
  const further = furtherDetails(record);
  const colour = colours.alarm[record.level as AlarmLevel] ?? colours.alarm.indeterminate;
  const when = (time: number | null) => (time === null ? '' : fullTime(writer, time));
  return (
    <div style={{ ['--mark' as string]: colour }} data-testid="faultline-alarm-card" data-level={record.level}>
      <p className={styles.headline}>{record.name}</p>
      <p className={styles.cause} data-testid="faultline-cause">
        <small>{texts.drawer.cause}</small>
        {record.cause}
      </p>
      <Facts
        facts={[
          [texts.drawer.category, texts.category(record.category)],
          [
            texts.drawer.level,
            <span className={cx(styles.badge, record.level === 'critical' && styles.loud)}>
              <Glyph shape={record.level} />
              {texts.level(record.level)}
            </span>,
          ],
          [texts.drawer.id, <span className={styles.mono}>{record.id}</span>],
          [texts.drawer.raised, when(record.time)],
          [
            texts.drawer.changed,
            record.changed === record.time || record.changed === record.timeEnd ? '' : when(record.changed),
          ],
          [
            texts.drawer.cleared,
            record.timeEnd === null
              ? texts.drawer.notCleared
              : `${when(record.timeEnd)} (${texts.drawer.after(duration(record.timeEnd - record.time))})`,
          ],
          [texts.drawer.occurrences, String(record.occurrences)],
          [texts.drawer.vm, record.vmName],
          [texts.drawer.host, record.host],
          [texts.drawer.source, record.source],
        ]}
      />
      <Button
        size="sm"
        variant="secondary"
        fill="outline"
        icon={more ? 'angle-up' : 'angle-down'}
        aria-expanded={more}
        onClick={() => setMore(!more)}
        data-testid="faultline-more-details"
      >
        {more ? texts.drawer.fewerDetails : texts.drawer.moreDetails}
      </Button>
      {more && (
        <div data-testid="faultline-alarm-details" className={styles.further}>
          {further.length > 0 ? <Facts facts={further} /> : <p>{texts.drawer.noDetails}</p>}
        </div>
      )}
    </div>
  );
}
