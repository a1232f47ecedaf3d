import { cx } from '@emotion/css';
import { ClipboardButton, useStyles2 } from '@grafana/ui';
import React from 'react';
import { headline, logLines } from '../details/log.ts';
import { operationFromFrames, type OperationRecord } from '../details/records.ts';
import { toldOperation } from '../details/told.ts';
import { useDetail } from '../details/useDetail.ts';
import { Glyph } from '../panel/Glyph.tsx';
import { texts } from '../texts.ts';
import { duration } from '../time.ts';
import type { OperationMark, OperationResult } from '../timeline/model.ts';
import type { DrawerProps } from './DetailDrawer.tsx';
import { DetailState } from './DetailState.tsx';
import { Around } from './Around.tsx';
import { Facts } from './Facts.tsx';
import { HopSequence } from './HopSequence.tsx';
import { Links } from './Links.tsx';
import { cardStyles } from './styles.ts';

const stillRuns = (record: OperationRecord) => record.result === 'running';

/** One operation: headline, cause, its message flow and the same as text (A26, A29). */
export function OperationDetail(props: OperationProps) {
  const told = toldOperation(props.mark, props.timeline.vm?.name ?? '');
  return told ? <OperationCard {...props} record={told} /> : <AskedOperation {...props} />;
}

type OperationProps = DrawerProps & { id: string; mark: OperationMark | undefined };

function AskedOperation(props: OperationProps) {
  const { id, mark, data } = props;
  const version = mark ? `${mark.result} ${mark.to}` : '';
  const detail = useDetail({ type: 'operation', id }, data, version, operationFromFrames, stillRuns);
  return (
    <DetailState detail={detail} what={texts.drawer.operation.toLowerCase()} id={id}>
      {(record) => <OperationCard {...props} record={record} />}
    </DetailState>
  );
}

function OperationCard(props: DrawerProps & { record: OperationRecord }) {
  const { record, writer, colours, timeline } = props;
  const styles = useStyles2(cardStyles);
  const colour = colours.operation[record.result as OperationResult] ?? colours.operation.timeout;
  const lines = logLines(record, writer);
  const took = record.timeEnd ?? (stillRuns(record) && Number.isFinite(timeline.now) ? timeline.now : null);
  return (
    <div style={{ ['--mark' as string]: colour }} data-testid="faultline-operation-detail" data-result={record.result}>
      <p className={styles.headline} data-testid="faultline-headline">
        {headline(record, writer)}
      </p>
      <p>
        <span className={cx(styles.badge, record.result === 'failed' && styles.loud)}>
          <Glyph shape={record.result} size={12} />
          {texts.result(record.result)}
        </span>
      </p>
      {record.cause && (
        <p className={styles.cause} data-testid="faultline-cause">
          <small>{texts.drawer.cause}</small>
          {record.cause}
        </p>
      )}
      <Facts
        facts={[
          [texts.drawer.duration, took === null ? '' : duration(Math.max(took - record.time, 0))],
          [texts.drawer.initiator, record.initiator],
          [texts.drawer.vm, record.vmName],
          [texts.drawer.source, record.source],
          [texts.drawer.id, <span className={styles.mono}>{record.id}</span>],
        ]}
      />
      <h3 className={styles.section}>{texts.drawer.hops}</h3>
      {record.hops.length > 0 ? (
        <HopSequence hops={record.hops} started={record.time} writer={writer} colours={colours} />
      ) : (
        <p>{texts.drawer.noHops}</p>
      )}
      <h3 className={styles.section}>
        {texts.drawer.log}
        <ClipboardButton size="sm" variant="secondary" icon="copy" getText={() => lines.join('\n')}>
          {texts.drawer.copy}
        </ClipboardButton>
      </h3>
      <pre className={styles.log} data-testid="faultline-log">
        {lines.join('\n')}
      </pre>
      <Links
        {...props}
        segment={{
          kind: 'operation',
          from: record.time,
          to: record.timeEnd ?? timeline.now,
          id: record.id,
          name: record.kind,
          result: record.result,
        }}
      />
      <Around {...props} at={record.time} but={record.id} />
    </div>
  );
}
