import { number } from './cells.ts';
import type { PlainFrame } from './frames.ts';
import type { CpuSamples } from './model.ts';

/**
 * The CPU's samples of frames that have them, in order of time, with how many rows were left out for want of a time. Column by column, and as
 * they are where nothing is to be mended, because there may be hundreds of thousands.
 */
export function samplesFrom(frames: readonly PlainFrame[]): { samples: CpuSamples; bad: number } {
  const read = frames.map(cpuColumns);
  const [only] = read;
  return only && read.length === 1 && isSound(only) ? { samples: only, bad: 0 } : mended(read);
}

type Columns = Record<keyof CpuSamples, ArrayLike<unknown>>;

/** Without the lowest and highest of what they sum up, samples are their own. */
function cpuColumns({ fields }: PlainFrame): Columns {
  const column = (name: string) => fields.find((field) => field.name === name)?.values;
  const values = column('cpu') ?? [];
  return { times: column('time') ?? [], values, lows: column('cpuMin') ?? values, highs: column('cpuMax') ?? values };
}

/** Whether they hold what they should: times in order, each with numbers or nulls. */
function isSound(columns: Columns): columns is CpuSamples {
  const { times, values, lows, highs } = columns;
  if (![times, values, lows, highs].every((column) => Array.isArray(column) && column.length === times.length)) {
    return false;
  }
  let last = -Infinity;
  for (let i = 0; i < times.length; i++) {
    const at = number(times[i]);
    const value = values[i];
    if (at === null || at < last || !isSample(value) || !isBound(lows[i], value) || !isBound(highs[i], value)) {
      return false;
    }
    last = at;
  }
  return true;
}

const isSample = (value: unknown): value is number | null => value === null || number(value) !== null;
/** Only of nothing there is no bound. */
const isBound = (bound: unknown, value: number | null): boolean =>
  number(bound) !== null || (bound === null && value === null);

/** Without rows that have no time, in order, with each value's bounds. */
function mended(read: readonly Columns[]): { samples: CpuSamples; bad: number } {
  const times: number[] = [];
  const values: (number | null)[] = [];
  const lows: (number | null)[] = [];
  const highs: (number | null)[] = [];
  let bad = 0;
  let ordered = true;
  let last = -Infinity;
  for (const columns of read) {
    for (let i = 0; i < columns.times.length; i++) {
      const at = number(columns.times[i]);
      if (at === null) {
        bad++;
        continue;
      }
      const value = number(columns.values[i]);
      ordered &&= at >= last;
      last = at;
      times.push(at);
      values.push(value);
      lows.push(number(columns.lows[i]) ?? value);
      highs.push(number(columns.highs[i]) ?? value);
    }
  }
  const samples = { times, values, lows, highs };
  return { samples: ordered ? samples : sorted(samples), bad };
}

function sorted({ times, values, lows, highs }: CpuSamples): CpuSamples {
  const order = times.map((_, i) => i).sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0));
  const inOrder = <Value>(all: Value[]) => order.map((i) => all[i] as Value);
  return { times: inOrder(times), values: inOrder(values), lows: inOrder(lows), highs: inOrder(highs) };
}

/** Nothing is drawn past now. */
export function samplesUntil(samples: CpuSamples, now: number): CpuSamples {
  const { times, values, lows, highs } = samples;
  if ((times.at(-1) ?? now) <= now) {
    return samples;
  }
  const end = times.findIndex((at) => at > now);
  return {
    times: times.slice(0, end),
    values: values.slice(0, end),
    lows: lows.slice(0, end),
    highs: highs.slice(0, end),
  };
}
