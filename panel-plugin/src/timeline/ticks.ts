const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Distances between time labels that people count in, in ms; beyond these, months. */
const STEPS_MS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 4, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14].map((n) => n * DAY),
];
const STEPS_MONTHS = [1, 2, 3, 6, 12, 24, 60, 120];

export interface Ticks {
  times: number[];
  /** Distance of two ticks in ms; that of months is 30 days each. */
  stepMs: number;
}

/**
 * Round times of the given zone within the range, at least `minStepMs` apart. `zoneOffsetMs` is local time minus UTC at
 * a moment, so that days begin at the zone's midnight also where its clocks change within the range.
 */
export function ticksOf(
  range: { from: number; to: number },
  minStepMs: number,
  zoneOffsetMs: (time: number) => number,
): Ticks {
  const stepMs = STEPS_MS.find((step) => step >= minStepMs);
  return stepMs === undefined ? monthTicks(range, minStepMs, zoneOffsetMs) : evenTicks(range, stepMs, zoneOffsetMs);
}

function evenTicks(
  { from, to }: { from: number; to: number },
  stepMs: number,
  zoneOffsetMs: (time: number) => number,
): Ticks {
  // Weeks begin on Monday: the epoch was a Thursday.
  const phase = stepMs % (7 * DAY) === 0 ? 4 * DAY : 0;
  const times: number[] = [];
  let local = Math.ceil((from + zoneOffsetMs(from) - phase) / stepMs) * stepMs + phase;
  for (; ; local += stepMs) {
    const time = fromLocal(local, zoneOffsetMs);
    if (time > to) {
      return { times, stepMs };
    }
    if (time >= from && time !== times.at(-1)) {
      times.push(time);
    }
  }
}

function monthTicks(
  { from, to }: { from: number; to: number },
  minStepMs: number,
  zoneOffsetMs: (time: number) => number,
): Ticks {
  const months = STEPS_MONTHS.find((n) => n * 30 * DAY >= minStepMs) ?? 120;
  const first = new Date(from + zoneOffsetMs(from));
  let month = Math.floor((first.getUTCFullYear() * 12 + first.getUTCMonth()) / months) * months;
  const times: number[] = [];
  for (; ; month += months) {
    const time = fromLocal(Date.UTC(Math.floor(month / 12), month % 12, 1), zoneOffsetMs);
    if (time > to) {
      return { times, stepMs: months * 30 * DAY };
    }
    if (time >= from) {
      times.push(time);
    }
  }
}

function fromLocal(local: number, zoneOffsetMs: (time: number) => number): number {
  const guess = local - zoneOffsetMs(local);
  return local - zoneOffsetMs(guess);
}
