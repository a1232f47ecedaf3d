import { setImmediate as nextTurn } from 'node:timers/promises';
import type { OmsDatabase } from '../database/index.ts';
import { stepsOf, type CpuStretch, type StepOptions } from './cpu.ts';
import { minutesIn } from './cpu-hours.ts';
import { MINUTE_MS, type CpuMinute } from './minute.ts';
import { readingsIn } from './readings.ts';

interface Range {
  from: number;
  to: number;
}

/** Samples that are read at once: some milliseconds of work, between which others get their turn. */
const PAGE = 5000;
/** Bins from this length on are drawn from whole minutes. */
const LEAST_BIN_OF_MINUTES_MS = MINUTE_MS / 2;

/** A part of a range that is read sample by sample, or that summed-up minutes tell of. */
export type CpuPart = { kind: 'samples'; range: Range } | { kind: 'minutes'; stretches: CpuStretch[] };

/**
 * A VM's CPU use over a range, oldest first, in parts: step by step, or where the bins are long by minutes. Both ends of the range
 * and every minute in which the line breaks are read step by step, so that no point tells of time outside the range and no break
 * is summed up with what is around it.
 */
export async function* cpuUse(
  db: OmsDatabase,
  vm: string,
  range: Range,
  { binMs, ...options }: StepOptions & { binMs: number },
): AsyncGenerator<CpuStretch[]> {
  const minutes = binMs < LEAST_BIN_OF_MINUTES_MS ? [] : await minutesIn(db, vm, range);
  for (const part of partsOf(range, minutes, options.breaks)) {
    if (part.kind === 'minutes') yield part.stretches;
    else yield* stepsIn(db, vm, part.range, options);
  }
}

async function* stepsIn(
  db: OmsDatabase,
  vm: string,
  range: Range,
  { breaks, maxStepMs }: StepOptions,
): AsyncGenerator<CpuStretch[]> {
  let { from } = range;
  while (from <= range.to) {
    const readings = await readingsIn(db, vm, { from, to: range.to }, PAGE);
    const [first] = readings;
    const last = readings.at(-1);
    if (first === undefined || last === undefined) return;
    const ahead = breaks.slice(firstAfter(breaks, first.at));
    // The reading before the range ends no step in it; of a VM's very first reading there is none.
    yield [...stepsOf(readings, { breaks: ahead, maxStepMs })];
    if (last.at < from || readings.length < PAGE) return;
    from = last.at + 1;
    await nextTurn();
  }
}

/** How a range is read. `minutes` lie in it, oldest first; what is between two of them has no samples. */
export function partsOf(range: Range, minutes: readonly CpuMinute[], breaks: readonly number[]): CpuPart[] {
  const parts: CpuPart[] = [];
  const readSamples = (from: number, to: number): void => {
    const last = parts.at(-1);
    if (last?.kind === 'samples') last.range.to = to;
    else if (from <= to) parts.push({ kind: 'samples', range: { from, to } });
  };
  const [first] = minutes;
  if (first === undefined) return [{ kind: 'samples', range }];
  readSamples(range.from, first.minute - 1);
  for (const { minute, fromAt, isBroken, stretch } of minutes) {
    const nextBreak = breaks[firstAfter(breaks, fromAt)] ?? Infinity;
    if (isBroken || nextBreak <= stretch.at) {
      readSamples(minute, minute + MINUTE_MS - 1);
      continue;
    }
    const last = parts.at(-1);
    if (last?.kind === 'minutes') last.stretches.push(stretch);
    else parts.push({ kind: 'minutes', stretches: [stretch] });
  }
  readSamples((minutes.at(-1)?.minute ?? range.to) + MINUTE_MS, range.to);
  return parts;
}

/** The index of the first of ordered moments that is after `at`. */
function firstAfter(moments: readonly number[], at: number): number {
  let low = 0;
  let high = moments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((moments[middle] ?? Infinity) > at) high = middle;
    else low = middle + 1;
  }
  return low;
}
