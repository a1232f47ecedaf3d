import { TIMELINE_FRAMES, type FrameJson, type TimelineFrameName, type TimelineMeta } from '@faultline/contracts';
import { frame, type Bins, type MarkBucket, type Marks, type Mergeable } from '../frames/index.ts';
import type { Timeline } from './queries/timeline.ts';

type Row = Record<string, unknown>;

/** The frames of a timeline, all of them and in the order of {@link TIMELINE_FRAMES}. */
export function timelineFrames(timeline: Timeline): FrameJson[] {
  const { bins, buckets, operations, alarms } = timeline;
  const rows: Record<TimelineFrameName, Row[]> = {
    cpu: timeline.cpu.map((point) => ({ ...point })),
    state: timeline.states.map((segment) => ({
      ...intervalRow(segment, bins),
      raw: `${segment.raw.state} (${segment.raw.reason})`,
    })),
    operations: operations.marks.map((mark) => ({ ...mark, time: mark.started, timeEnd: mark.ended })),
    alarms: alarms.marks.map((mark) => ({ ...mark, time: mark.raised, timeEnd: mark.cleared })),
    operationBuckets: operations.buckets.map((bucket) => bucketRow(bucket, buckets)),
    alarmBuckets: alarms.buckets.map((bucket) => bucketRow(bucket, buckets)),
    connectivity: timeline.connectivity.map((run) => intervalRow(run, bins)),
    hostState: timeline.hosts.map((interval) => intervalRow(interval, bins)),
    // The OMS does not judge VMs yet.
    verdicts: [],
  };
  const notices: Partial<Record<TimelineFrameName, string | undefined>> = {
    operationBuckets: countNotice(operations, 'operations', 'that did not go well'),
    alarmBuckets: countNotice(alarms, 'alarms', 'that is critical or major'),
  };
  return (Object.keys(TIMELINE_FRAMES) as TimelineFrameName[]).map((name) => {
    const notice = notices[name];
    const isBucketed = notice !== undefined || rows[name].some(({ count }) => typeof count === 'number' && count > 1);
    return frame({
      name,
      fields: TIMELINE_FRAMES[name],
      rows: rows[name],
      custom: metaOf(name, timeline, isBucketed),
      notices: notice === undefined ? [] : [{ severity: 'info', text: notice }],
    });
  });
}

function metaOf(name: TimelineFrameName, { vm, now, bins }: Timeline, isBucketed: boolean): TimelineMeta {
  return {
    faultline: name,
    vm: { uuid: vm.uuid, name: vm.name },
    now,
    lastSeen: vm.lastSeen,
    binMs: bins.binMs,
    ...(isBucketed ? { bucketed: true } : {}),
  };
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
