import type { DrawnState, ShownState, StateInterval } from '../timeline/model.ts';
import { silenceOf } from './columns.ts';

/** What one series says of a state, for as long as it says the same. */
export interface Run {
  from: number;
  /** Of the sample after the last one that says so; where none came in time, one step after it. */
  to: number;
  /** `before`: what was drawn before goes on. Null: nothing is claimed. */
  drawn: ShownState | 'before' | null;
  raw: string;
  host: string;
  /** Which of two that overlap is believed: the higher one. */
  rank: number;
}

const BADNESS: Record<DrawnState | 'unknown' | 'before', number> = {
  abnormal: 5,
  stopped: 4,
  dormant: 3,
  before: 2,
  unknown: 1,
  running: 0,
};

/** Stretches of equal values; a null value ends one and begins none. The last one ends one step after its last sample. */
export function stretches<Value>(
  { times, values }: { times: readonly number[]; values: readonly (Value | null)[] },
  stepMs: number,
): { from: number; to: number; last: number; value: Value }[] {
  const silence = silenceOf(stepMs);
  const found: { from: number; to: number; last: number; value: Value }[] = [];
  let open: { from: number; to: number; last: number; value: Value } | null = null;
  for (let i = 0; i < times.length; i++) {
    const at = times[i] as number;
    const value = values[i] ?? null;
    if (open) {
      const heard = at - open.last <= silence;
      if (heard && value === open.value) {
        open.last = at;
        open.to = at + stepMs;
        continue;
      }
      open.to = heard ? at : open.last + stepMs;
    }
    open = value === null ? null : { from: at, to: at + stepMs, last: at, value };
    if (open) {
      found.push(open);
    }
  }
  return found;
}

/**
 * One bar of what several series say: at each moment the run of the highest rank, of equal ones the worst. Nothing is drawn
 * past `now`.
 */
export function intervalsFrom(runs: readonly Run[], now: number): StateInterval[] {
  return resolved(believed(runs, now));
}

/** Non-overlapping runs, ordered by time. */
function believed(runs: readonly Run[], now: number): Run[] {
  const byBegin = runs.filter((run) => run.to > run.from && run.from < now).sort((a, b) => a.from - b.from);
  const moments = [...new Set(byBegin.flatMap((run) => [run.from, Math.min(run.to, now)]))].sort((a, b) => a - b);
  const told: Run[] = [];
  let open: Run[] = [];
  let next = 0;
  for (let m = 0; m + 1 < moments.length; m++) {
    const from = moments[m] as number;
    const to = moments[m + 1] as number;
    open = open.filter((run) => run.to > from);
    while (next < byBegin.length && (byBegin[next] as Run).from <= from) {
      open.push(byBegin[next] as Run);
      next++;
    }
    const best = open.reduce<Run | null>((one, other) => (one && !beats(other, one) ? one : other), null);
    const last = told.at(-1);
    if (best && last && last.to === from && same(last, best)) {
      last.to = to;
    } else if (best) {
      told.push({ ...best, from, to });
    }
  }
  return told;
}

function beats(one: Run, other: Run): boolean {
  return one.rank !== other.rank ? one.rank > other.rank : badness(one) > badness(other);
}

function badness({ drawn }: Run): number {
  return drawn === null ? -1 : BADNESS[drawn];
}

function same(one: Run, other: Run): boolean {
  return one.drawn === other.drawn && one.raw === other.raw && one.host === other.host;
}

/** Short-lived states become the one before them, where nothing unseen lies between (A23). */
function resolved(runs: readonly Run[]): StateInterval[] {
  const intervals: StateInterval[] = [];
  for (const { from, to, drawn, raw, host } of runs) {
    const before = intervals.at(-1);
    const state = drawn === 'before' ? (before?.to === from ? before.state : null) : drawn;
    if (state !== null) {
      intervals.push({ from, to, state, raw, host, source: '', count: 1 });
    }
  }
  return intervals;
}
