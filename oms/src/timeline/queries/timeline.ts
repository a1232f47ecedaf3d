import type { AlarmLevel, AlarmRecord, GuestVerdict, OperationResult, Vm } from '@faultline/contracts';
import { MAX_DATA_POINTS } from '@faultline/contracts';
import { alarmMarks } from '../../alarms/index.ts';
import { probeRuns, type ProbeRun } from '../../connectivity/index.ts';
import { cpuUse } from '../../cycles/index.ts';
import { VmUnknownError } from '../../errors.ts';
import { binsOf, IntervalRows, type Bins, type Marks, type Mergeable } from '../../frames/index.ts';
import { operationMarks, type OperationSummary } from '../../operations/index.ts';
import { stateHistory, type Segment } from '../../states/index.ts';
import { findVm } from '../../vms/index.ts';
import { CpuLine, type CpuPoint } from '../cpu-line.ts';
import { RangeInvalidError } from '../errors.ts';
import { hostIntervals, type HostInterval } from '../host-intervals.ts';
import { defineQuery, type QueryContext } from '../query.ts';
import { timelineFrames } from '../timeline-frames.ts';

/** More than a year is a question for reports, not for one chart. */
const MAX_SPAN_MS = 400 * 86_400_000;
/** Of more operations, or of more alarms, than this, most are counted: a person does not look at them one by one. */
const MAX_MARKS = 2000;
/** Bins for what is counted: a label for a count is many pixels wide. */
const MAX_BUCKETS = 500;

/** Everything of one VM in one range. */
export interface Timeline {
  vm: Vm;
  now: number;
  bins: Bins;
  cpu: readonly CpuPoint[];
  states: readonly (Segment & Mergeable)[];
  operations: Marks<OperationSummary, OperationResult>;
  alarms: Marks<AlarmRecord, AlarmLevel>;
  /** The bins of what is counted of the two. */
  buckets: Bins;
  connectivity: readonly (ProbeRun & Mergeable)[];
  hosts: readonly HostInterval[];
}

/** One VM's chart: all that is known of it on one time axis (A6, A7, A12-A17). */
export const timelineQuery = defineQuery({
  type: 'timeline',
  read: async (context, { vm: uuid, from, to, maxDataPoints = MAX_DATA_POINTS }): Promise<Timeline> => {
    if (to <= from) throw new RangeInvalidError('the range must end after it begins');
    if (to - from > MAX_SPAN_MS) throw new RangeInvalidError(`the range must not be longer than ${MAX_SPAN_MS} ms`);
    const { db } = context;
    const vm = await findVm(db, uuid);
    if (vm === undefined) throw new VmUnknownError(uuid);
    const now = context.now();
    const bins = binsOf({ from, to }, maxDataPoints);
    const buckets = binsOf({ from, to }, Math.min(maxDataPoints, MAX_BUCKETS));
    const { states, breaks, hosts } = await readStates(context, { vm, bins, now });
    return {
      vm,
      now,
      bins,
      cpu: await readCpu(context, { vm, bins, now, breaks }),
      states,
      operations: await operationMarks(db, uuid, buckets, MAX_MARKS),
      alarms: await alarmMarks(db, uuid, { ...buckets, now }, MAX_MARKS),
      buckets,
      connectivity: await readConnectivity(context, { vm, bins, now }),
      hosts: await hostIntervals(context, { hosts, bins, now }),
    };
  },
  toFrames: timelineFrames,
});

/** What every part of a timeline is asked for. */
interface Asked {
  vm: Vm;
  bins: Bins;
  now: number;
}

/** How bad a state is where several share one bin: one that somebody chose is less bad than one that befell the VM. */
const STATE_BADNESS: Record<Segment['state'], number> = { abnormal: 3, stopped: 2, dormant: 1, running: 0 };

async function readStates(
  { db, config: { staleAfterMs, transientLimitMs } }: QueryContext,
  { vm, bins, now }: Asked,
): Promise<Pick<Timeline, 'states'> & { breaks: number[]; hosts: string[] }> {
  const rows = new IntervalRows<Segment & Mergeable>(bins, {
    badness: ({ state }) => STATE_BADNESS[state],
    isSame: (one, other) =>
      one.host === other.host &&
      one.state === other.state &&
      one.raw.state === other.raw.state &&
      one.raw.reason === other.raw.reason,
  });
  const breaks = new Set<number>();
  const hosts = new Set<string>();
  for await (const piece of stateHistory(db, vm.uuid, bins, { now, staleAfterMs, transientLimitMs })) {
    for (const segment of piece.segments) {
      rows.add({ ...segment, count: 1 });
      hosts.add(segment.host);
    }
    for (const stop of piece.stops) breaks.add(stop);
    // A host's gap is widened to its observations; the counter is read a little later than those, so its middle is sure.
    for (const gap of piece.gaps) breaks.add(gap.to === Infinity ? gap.from + 1 : (gap.from + gap.to) / 2);
  }
  if (hosts.size === 0) hosts.add(vm.host);
  return { states: rows.rows, breaks: [...breaks].sort((a, b) => a - b), hosts: [...hosts].sort() };
}

async function readCpu(
  { db, config: { staleAfterMs } }: QueryContext,
  { vm, bins, now, breaks }: Asked & { breaks: number[] },
): Promise<CpuPoint[]> {
  const line = new CpuLine(bins);
  const range = { from: bins.from, to: Math.min(bins.to, now) };
  const options = { binMs: bins.binMs, breaks, maxStepMs: staleAfterMs };
  for await (const stretches of cpuUse(db, vm.uuid, range, options)) {
    for (const stretch of stretches) line.add(stretch);
  }
  line.end();
  return line.points;
}

/** How bad a verdict is where several share one bin; not to know is less bad than to know of a fault. */
const VERDICT_BADNESS: Record<GuestVerdict, number> = {
  'both-abnormal': 6,
  'gateway-abnormal': 5,
  'external-abnormal': 4,
  'agent-unavailable': 3,
  'tool-missing': 2,
  unknown: 1,
  ok: 0,
};

async function readConnectivity({ db }: QueryContext, { vm, bins, now }: Asked): Promise<Timeline['connectivity']> {
  const rows = new IntervalRows<ProbeRun & Mergeable>(bins, {
    badness: ({ verdict }) => VERDICT_BADNESS[verdict],
    isSame: (one, other) => one.host === other.host && one.verdict === other.verdict && one.agent === other.agent,
  });
  for await (const runs of probeRuns(db, vm.uuid, { ...bins, now })) {
    for (const run of runs) rows.add({ ...run, count: 1 });
  }
  return rows.rows;
}
