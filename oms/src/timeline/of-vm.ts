import { MAX_DATA_POINTS, type GuestVerdict, type Vm } from '@faultline/contracts';
import { probeRuns, type ProbeRun } from '../connectivity/index.ts';
import { cpuUse } from '../cycles/index.ts';
import { VmUnknownError } from '../errors.ts';
import { binsOf, IntervalRows, type Bins, type Mergeable } from '../frames/index.ts';
import { stateHistory, type Segment } from '../states/index.ts';
import { findVm } from '../vms/index.ts';
import { CpuLine, type CpuPoint } from './cpu-line.ts';
import { RangeInvalidError } from './errors.ts';
import type { QueryContext } from './query.ts';

/** What is read of one VM over one range: the parts of its timeline, which can be asked for one by one. */

/** More than a year is a question for reports, not for one chart. */
const MAX_SPAN_MS = 400 * 86_400_000;

/** A range as a query has it, ms. */
export interface AskedRange {
  from: number;
  to: number;
  maxDataPoints?: number | undefined;
}

/** @throws RangeInvalidError */
export function checkRange({ from, to }: AskedRange): void {
  if (to <= from) throw new RangeInvalidError('the range must end after it begins');
  if (to - from > MAX_SPAN_MS) throw new RangeInvalidError(`the range must not be longer than ${MAX_SPAN_MS} ms`);
}

/** What every part of a timeline is asked for. */
export interface OfVm {
  vm: Vm;
  /** The OMS's clock, ms. */
  now: number;
  bins: Bins;
}

/** @throws RangeInvalidError, VmUnknownError */
export async function ofVm(context: QueryContext, query: AskedRange & { vm: string }): Promise<OfVm> {
  checkRange(query);
  const vm = await findVm(context.db, query.vm);
  if (vm === undefined) throw new VmUnknownError(query.vm);
  return { vm, now: context.now(), bins: binsOf(query, query.maxDataPoints ?? MAX_DATA_POINTS) };
}

/** How bad a state is where several share one bin: one that somebody chose is less bad than one that befell the VM. */
const STATE_BADNESS: Record<Segment['state'], number> = { abnormal: 3, stopped: 2, dormant: 1, running: 0 };

/** What is drawn of a VM's states, where its CPU line must break, and which hosts it was on. */
export async function readStates(
  { db, config: { staleAfterMs, transientLimitMs } }: QueryContext,
  { vm, bins, now }: OfVm,
): Promise<{ states: readonly (Segment & Mergeable)[]; breaks: number[]; hosts: string[] }> {
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

/** @param breaks as {@link readStates} gives them */
export async function readCpu(
  { db, config: { staleAfterMs } }: QueryContext,
  { vm, bins, now, breaks }: OfVm & { breaks: number[] },
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

/** What looking into the guest found (D17). */
export async function readConnectivity(
  { db }: QueryContext,
  { vm, bins, now }: OfVm,
): Promise<readonly (ProbeRun & Mergeable)[]> {
  const rows = new IntervalRows<ProbeRun & Mergeable>(bins, {
    badness: ({ verdict }) => VERDICT_BADNESS[verdict],
    isSame: (one, other) => one.host === other.host && one.verdict === other.verdict && one.agent === other.agent,
  });
  for await (const runs of probeRuns(db, vm.uuid, { ...bins, now })) {
    for (const run of runs) rows.add({ ...run, count: 1 });
  }
  return rows.rows;
}
