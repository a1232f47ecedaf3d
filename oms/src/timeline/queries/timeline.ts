import {
  TIMELINE_FRAMES,
  type Alarm,
  type FrameJson,
  type TimelineFrameName,
  type TimelineMeta,
  type Vm,
} from '@faultline/contracts';
import { alarmsInRange } from '../../alarms/index.ts';
import { counterReadings, cpuPoints, type CounterReading } from '../../cycles/index.ts';
import { VmUnknownError } from '../../errors.ts';
import { frame } from '../../frames/index.ts';
import { operationsInRange, type OperationSummary } from '../../operations/index.ts';
import { gapsOfVm, stateBar, stopsOfVm, type Gap, type Segment } from '../../states/index.ts';
import { findVm } from '../../vms/index.ts';
import { RangeInvalidError } from '../errors.ts';
import { defineQuery } from '../query.ts';

/** More than a year is a question for reports, not for one chart. */
const MAX_SPAN_MS = 400 * 86_400_000;
/** More points than this are not told apart on a screen. */
const MAX_CPU_POINTS = 5000;
const MAX_ALARMS = 5000;

/** Everything of one VM in one range, with times as stored. */
export interface Timeline {
  vm: Vm;
  from: number;
  to: number;
  now: number;
  readings: CounterReading[];
  /** The longest step between two readings that still makes a line. */
  maxStepMs: number;
  /** Moments at which the CPU counter began anew. */
  stops: number[];
  gaps: Gap[];
  segments: Segment[];
  operations: OperationSummary[];
  alarms: Alarm[];
}

/** One VM's chart: CPU, states, operations and alarms on one time axis (A7, A12-A17). */
export const timelineQuery = defineQuery({
  type: 'timeline',
  read: async ({ db, config, now: clock }, { vm: uuid, from, to }): Promise<Timeline> => {
    if (to <= from) throw new RangeInvalidError('the range must end after it begins');
    if (to - from > MAX_SPAN_MS) throw new RangeInvalidError(`the range must not be longer than ${MAX_SPAN_MS} ms`);
    const vm = await findVm(db, uuid);
    if (vm === undefined) throw new VmUnknownError(uuid);
    const { staleAfterMs, transientLimitMs } = config;
    const now = clock();
    const options = { now, staleAfterMs, transientLimitMs };
    const range = { from, to };
    const { readings, stepMs } = await counterReadings(db, uuid, range, MAX_CPU_POINTS);
    return {
      vm,
      ...range,
      now,
      readings,
      maxStepMs: Math.max(staleAfterMs, 2 * stepMs),
      stops: await stopsOfVm(db, uuid, { from: readings[0]?.at ?? from, to }),
      gaps: await gapsOfVm(db, uuid, range, options),
      segments: await stateBar(db, uuid, range, options),
      operations: await operationsInRange(db, uuid, from, to),
      alarms: await alarmsInRange(db, uuid, { ...range, now }, MAX_ALARMS),
    };
  },
  toFrames: (timeline) => [cpuFrame(timeline), stateFrame(timeline), operationsFrame(timeline), alarmsFrame(timeline)],
});

function timelineFrame(name: TimelineFrameName, { vm, now }: Timeline, rows: Record<string, unknown>[]): FrameJson {
  const custom: TimelineMeta = { faultline: name, vm: { uuid: vm.uuid, name: vm.name }, now, lastSeen: vm.lastSeen };
  return frame({ name, fields: TIMELINE_FRAMES[name], rows, custom });
}

function cpuFrame(timeline: Timeline): FrameJson {
  const { readings, stops, gaps, maxStepMs, from, now } = timeline;
  // A host's gap is widened to its observations; the counter is read a little later than those, so its middle is sure.
  const middles = gaps.map((gap) => (gap.to === Infinity ? gap.from + 1 : (gap.from + gap.to) / 2));
  const points = cpuPoints(readings, { breaks: [...stops, ...middles], maxStepMs });
  const inRange = points.filter(({ time }) => time >= from && time <= now);
  return timelineFrame(
    'cpu',
    timeline,
    inRange.map(({ time, cpu }) => ({ time, cpu: cpu === null ? null : Math.round(cpu * 1000) / 1000 })),
  );
}

/** Intervals clipped to the range; the end of one that is still so is null, unless the range ends before. */
function stateFrame(timeline: Timeline): FrameJson {
  const { segments, from, to } = timeline;
  return timelineFrame(
    'state',
    timeline,
    segments.map((segment) => ({
      time: Math.max(segment.from, from),
      timeEnd: segment.open && segment.to <= to ? null : Math.min(segment.to, to),
      state: segment.state,
      raw: `${segment.raw.state} (${segment.raw.reason})`,
      host: segment.host,
      source: segment.source,
    })),
  );
}

function operationsFrame(timeline: Timeline): FrameJson {
  const rows = timeline.operations.map((operation) => ({
    ...operation,
    time: operation.started,
    timeEnd: operation.ended,
  }));
  return timelineFrame('operations', timeline, rows);
}

function alarmsFrame(timeline: Timeline): FrameJson {
  const rows = timeline.alarms.map((alarm) => ({ ...alarm, time: alarm.raised, timeEnd: alarm.cleared }));
  return timelineFrame('alarms', timeline, rows);
}
