import { cx } from '@emotion/css';
import { Button, useStyles2 } from '@grafana/ui';
import React, { useState } from 'react';
import { alarmFromFrames, furtherDetails, type AlarmOperator, type AlarmRecord } from '../details/records.ts';
import { toldAlarm } from '../details/told.ts';
import { useDetail } from '../details/useDetail.ts';
import { Glyph } from '../panel/Glyph.tsx';
import { texts } from '../texts.ts';
import { duration, fullTime } from '../time.ts';
import type { AlarmLevel, AlarmMark } from '../timeline/model.ts';
import { AlarmActs } from './AlarmActs.tsx';
import { Around } from './Around.tsx';
import type { DrawerProps } from './DetailDrawer.tsx';
import { DetailState } from './DetailState.tsx';
import { Facts } from './Facts.tsx';
import { Links } from './Links.tsx';
import { cardStyles } from './styles.ts';

const neverAgain = () => false;

/** One alarm: cause, name, category, level and id (A27, A43); more on further demand. */
export function AlarmCard(props: AlarmProps) {
  const told = toldAlarm(props.mark, props.timeline.vm?.name ?? '');
  return told ? <Card {...props} record={told} onDone={() => undefined} /> : <AskedAlarm {...props} />;
}

type AlarmProps = DrawerProps & { id: string; mark: AlarmMark | undefined };

function AskedAlarm(props: AlarmProps) {
  const { id, mark, data } = props;
  const [done, setDone] = useState(0);
  const version = `${done} ${mark ? `${mark.level} ${mark.to} ${mark.occurrences} ${mark.operator} ${mark.suppressed}` : ''}`;
  const detail = useDetail({ type: 'alarm', id }, data, version, alarmFromFrames, neverAgain);
  return (
    <DetailState detail={detail} what={texts.drawer.alarm.toLowerCase()} id={id}>
      {(record) => <Card {...props} record={record} onDone={() => setDone((n) => n + 1)} />}
    </DetailState>
  );
}

function Card(props: DrawerProps & { record: AlarmRecord; onDone(): void }) {
  const { record, writer, colours, timeline } = props;
  const styles = useStyles2(cardStyles);
  const [more, setMore] = useState(false);
  const further = furtherDetails(record);
  const colour = colours.alarm[record.level as AlarmLevel] ?? colours.alarm.indeterminate;
  const when = (time: number | null) => (time === null ? '' : fullTime(writer, time));
  return (
    <div style={{ ['--mark' as string]: colour }} data-testid="faultline-alarm-card" data-level={record.level}>
      <p className={styles.headline}>{record.name}</p>
      {record.cause && (
        <p className={styles.cause} data-testid="faultline-cause">
          <small>{texts.drawer.cause}</small>
          {record.cause}
        </p>
      )}
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
          [texts.drawer.handled, record.operator ? operatorText(record.operator, when) : ''],
          [texts.drawer.notified, record.suppressed === '' ? '' : texts.suppressed(record.suppressed)],
          [texts.drawer.silencedBy, record.silencedBy],
          [texts.drawer.inhibitedBy, record.inhibitedBy],
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
      <AlarmActs {...props} />
      <Links
        {...props}
        segment={{
          kind: 'alarm',
          from: record.time,
          to: record.timeEnd ?? timeline.now,
          id: record.id,
          name: record.name,
          level: record.level,
          host: record.host,
        }}
      />
      <Around {...props} at={record.time} but={record.id} />
    </div>
  );
}

/** What people made of it: "acknowledged by alice, 2026-11-30 12:00:00: looking into it". */
function operatorText({ state, by, at, note, until }: AlarmOperator, when: (time: number | null) => string): string {
  if (state === 'none') {
    return '';
  }
  const facts = [texts.operator(state, by), when(at), until === null ? '' : texts.drawer.untilTime(when(until))];
  return facts.filter((fact) => fact !== '').join(', ') + (note ? `: ${note}` : '');
}
