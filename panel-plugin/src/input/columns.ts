import type { PlainField, PlainFrame } from '../timeline/frames.ts';

/** One series of a frame, its times ascending, each once. */
interface Column<Value> {
  times: number[];
  values: (Value | null)[];
  /** Rows that had no time. */
  bad: number;
}

/** Where nothing tells how often a series has a value: the exporter's own cycle. */
const USUAL_STEP_MS = 15_000;
/** Shorter waits are nothing unusual. */
const LEAST_SILENCE_MS = 30_000;
/** Of so many differences the median is taken: a million need not be sorted to know how often samples come. */
const STEPS_LOOKED_AT = 2000;

export function isTime(field: PlainField): boolean {
  return field.type === undefined ? /^time$/i.test(field.name) : field.type === 'time';
}

export function isNumber(field: PlainField): boolean {
  return field.type === undefined ? typeof firstOf(field) === 'number' && !isTime(field) : field.type === 'number';
}

export function isText(field: PlainField): boolean {
  return field.type === undefined
    ? typeof firstOf(field) === 'string'
    : field.type === 'string' || field.type === 'enum' || field.type === 'boolean';
}

function firstOf({ values }: PlainField): unknown {
  for (let i = 0; i < values.length; i++) {
    if (values[i] !== null && values[i] !== undefined) {
      return values[i];
    }
  }
  return undefined;
}

export function timeField(frame: PlainFrame): PlainField | undefined {
  return frame.fields.find(isTime);
}

/** A time in ms since the epoch, from a number of ms or a text with a date; null where it is neither. */
export function timeFrom(value: unknown): number | null {
  const ms =
    typeof value === 'number'
      ? value
      : typeof value === 'string'
        ? Date.parse(value)
        : value instanceof Date
          ? value.getTime()
          : NaN;
  return Number.isFinite(ms) ? ms : null;
}

export function numberFrom(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/**
 * Reads a field over the times of another. Costs one pass where the rows are in order, a sort where they are not. Of rows with
 * one time the last one stands.
 */
export function column<Value>(
  time: PlainField,
  field: PlainField,
  read: (value: unknown) => Value | null,
): Column<Value> {
  const times: number[] = [];
  const values: (Value | null)[] = [];
  let bad = 0;
  let last = -Infinity;
  let ascending = true;
  for (let i = 0; i < time.values.length; i++) {
    const at = timeFrom(time.values[i]);
    if (at === null) {
      bad++;
      continue;
    }
    ascending &&= at > last;
    last = at;
    times.push(at);
    values.push(read(field.values[i]));
  }
  return ascending ? { times, values, bad } : { ...inOrder(times, values), bad };
}

/** Sorted by time, of values at one time the last one. */
function inOrder<Value>(times: number[], values: Value[]): { times: number[]; values: Value[] } {
  const order = times.map((_, i) => i).sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0));
  const sorted = { times: [] as number[], values: [] as Value[] };
  for (const i of order) {
    const at = times[i] as number;
    if (at === sorted.times.at(-1)) {
      sorted.values[sorted.values.length - 1] = values[i] as Value;
    } else {
      sorted.times.push(at);
      sorted.values.push(values[i] as Value);
    }
  }
  return sorted;
}

/** How often there is a value, ms: as the data source says, else the median distance of two. */
export function stepOf(times: readonly number[], time?: PlainField): number {
  const told = time?.config?.interval;
  if (typeof told === 'number' && told > 0) {
    return told;
  }
  const between = times.length - 1;
  if (between < 1) {
    return USUAL_STEP_MS;
  }
  const looked = Math.min(between, STEPS_LOOKED_AT);
  const steps = Array.from({ length: looked }, (_, n) => {
    const i = Math.floor((n * between) / looked);
    return (times[i + 1] ?? 0) - (times[i] ?? 0);
  }).sort((a, b) => a - b);
  return steps[Math.floor(steps.length / 2)] || USUAL_STEP_MS;
}

/** Beyond this a wait for the next value is silence, ms. */
export function silenceOf(stepMs: number): number {
  return Math.max(3 * stepMs, LEAST_SILENCE_MS);
}

/** The series with a null in each silence, so that no line is drawn across it. */
export function brokenBySilence(
  { times, values }: { times: number[]; values: (number | null)[] },
  stepMs: number,
): { times: number[]; values: (number | null)[] } {
  const silence = silenceOf(stepMs);
  const broken = { times: [] as number[], values: [] as (number | null)[] };
  let last = Infinity;
  for (let i = 0; i < times.length; i++) {
    const at = times[i] as number;
    if (at - last > silence) {
      broken.times.push(last + stepMs);
      broken.values.push(null);
    }
    broken.times.push(at);
    broken.values.push(values[i] ?? null);
    last = at;
  }
  return broken;
}
