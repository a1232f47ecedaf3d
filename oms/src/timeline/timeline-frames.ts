import {
  TIMELINE_FRAMES,
  type FrameJson,
  type FrameNotice,
  type TimelineFrameName,
  type TimelineMeta,
} from '@faultline/contracts';
import { suppressionOf } from '../alarms/index.ts';
import { frame, type Bins, type MarkBucket, type Marks, type Mergeable } from '../frames/index.ts';
import type { OfVm } from './of-vm.ts';
import type { Timeline } from './queries/timeline.ts';

type Row = Record<string, unknown>;

/** How what was read becomes a frame's rows; also of a part that was asked for by itself. */
export const ROWS = {
  cpu: ({ cpu }: Pick<Timeline, 'cpu'>): Row[] => cpu.map((point) => ({ ...point })),
  state: ({ states, bins }: Pick<Timeline, 'states' | 'bins'>): Row[] =>
    states.map((segment) => ({
      ...intervalRow(segment, bins),
      raw: `${segment.raw.state} (${segment.raw.reason})`,
    })),
  connectivity: ({ connectivity, bins }: Pick<Timeline, 'connectivity' | 'bins'>): Row[] =>
    connectivity.map((run) => intervalRow(run, bins)),
  hostState: ({ hosts, bins }: Pick<Timeline, 'hosts' | 'bins'>): Row[] =>
    hosts.map((interval) => intervalRow(interval, bins)),
  // Verdicts are made when they are asked for, and not kept yet.
  verdicts: (): Row[] => [],
} as const satisfies Partial<Record<TimelineFrameName, unknown>>;

/** The frames of a timeline, all of them and in the order of {@link TIMELINE_FRAMES}. */
export function timelineFrames(timeline: Timeline): FrameJson[] {
  const { buckets, operations, alarms } = timeline;
  const rows: Record<TimelineFrameName, Row[]> = {
    cpu: ROWS.cpu(timeline),
    state: ROWS.state(timeline),
    operations: operations.marks.map((mark) => ({ ...mark, time: mark.started, timeEnd: mark.ended })),
    alarms: alarms.marks.map((mark) => ({
      ...mark,
      time: mark.raised,
      timeEnd: mark.cleared,
      operatorState: mark.operator.state,
      suppressed: suppressionOf(mark.alert).suppressed,
    })),
    operationBuckets: operations.buckets.map((bucket) => bucketRow(bucket, buckets)),
    alarmBuckets: alarms.buckets.map((bucket) => bucketRow(bucket, buckets)),
    connectivity: ROWS.connectivity(timeline),
    hostState: ROWS.hostState(timeline),
    verdicts: ROWS.verdicts(),
  };
  const notices: Partial<Record<TimelineFrameName, string | undefined>> = {
    operationBuckets: countNotice(operations, 'operations', 'that did not go well'),
    alarmBuckets: countNotice(alarms, 'alarms', 'that is critical or major'),
  };
  return (Object.keys(TIMELINE_FRAMES) as TimelineFrameName[]).map((name) => {
    const notice = notices[name];
    return vmFrame(name, timeline, {
      rows: rows[name],
      isBucketed: notice !== undefined,
      notices: notice === undefined ? [] : [{ severity: 'info', text: notice }],
    });
  });
}

/** One frame of a VM. */
export function vmFrame(
  name: TimelineFrameName,
  { vm, now, bins }: OfVm,
  { rows, isBucketed = false, notices = [] }: { rows: Row[]; isBucketed?: boolean; notices?: FrameNotice[] },
): FrameJson {
  const { uuid, name: vmName, lastSeen } = vm;
  const custom: TimelineMeta = {
    faultline: name,
    vm: { uuid, name: vmName },
    now,
    lastSeen,
    binMs: bins.binMs,
    ...(isBucketed || standsForSeveral(rows) ? { bucketed: true } : {}),
  };
  return frame({ name, fields: TIMELINE_FRAMES[name], rows, custom, notices });
}

const standsForSeveral = (rows: readonly Row[]): boolean =>
  rows.some(({ count }) => typeof count === 'number' && count > 1);

/** The frame `hostState` of hosts that were asked for by themselves. */
export function hostStateFrame({ hosts, bins, now }: Pick<Timeline, 'hosts' | 'bins' | 'now'>): FrameJson {
  const rows = ROWS.hostState({ hosts, bins });
  const custom: Omit<TimelineMeta, 'vm' | 'lastSeen'> = {
    faultline: 'hostState',
    now,
    binMs: bins.binMs,
    ...(standsForSeveral(rows) ? { bucketed: true } : {}),
  };
  return frame({ name: 'hostState', fields: TIMELINE_FRAMES.hostState, rows, custom });
}

/** Clipped to the range; the end of what is still so is null, unless the range ends before. */
function intervalRow(interval: Mergeable, { from, to }: Bins): Row {
  return {
    ...interval,
    time: Math.max(interval.from, from),
    timeEnd: interval.open && interval.to <= to ? null : Math.min(interval.to, to),
  };
}

function bucketRow({ bin, ...counts }: MarkBucket<string>, { binMs, from, to }: Bins): Row {
  return { ...counts, time: Math.max(bin * binMs, from), timeEnd: Math.min((bin + 1) * binMs, to) };
}

function countNotice({ marks, buckets }: Marks<unknown, string>, what: string, telling: string): string | undefined {
  if (buckets.length === 0) return undefined;
  const counted = buckets.reduce((sum, { count }) => sum + count, 0);
  const total = (counted + marks.length).toLocaleString('en');
  return marks.length === 0
    ? `All ${total} ${what} of this range are shown as counts; a shorter range shows each.`
    : `${counted.toLocaleString('en')} of ${total} ${what} are shown as counts; each one ${telling} has a mark of its own.`;
}
