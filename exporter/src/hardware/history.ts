/** Rise of counters over a window, from the values of each cycle. A counter that falls has begun again (a boot, a new device). */
export class CounterHistory {
  readonly #points = new Map<string, { at: number; value: number }[]>();
  readonly #keepMs: number;

  constructor({ keepMs }: { keepMs: number }) {
    this.#keepMs = keepMs;
  }

  /** Takes the value of now, and keeps of the past what a window can still ask for: a point for each change, not for each cycle. */
  note(key: string, at: number, value: number): void {
    const points = this.#points.get(key) ?? [];
    const last = points.at(-1);
    if (last !== undefined && value < last.value) points.length = 0;
    if (points.at(-1)?.value !== value) points.push({ at, value });
    // The last point before the window is what the rise is counted from.
    while (points.length > 1 && (points[1]?.at ?? at) <= at - this.#keepMs) points.shift();
    if (points.length > MAX_POINTS) points.splice(1, 1);
    this.#points.set(key, points);
  }

  /** By how much it has risen in the last `windowMs`; null while it has never been seen. */
  rise(key: string, at: number, windowMs: number): number | null {
    const points = this.#points.get(key);
    const [first] = points ?? [];
    const last = points?.at(-1);
    if (points === undefined || first === undefined || last === undefined) return null;
    const before = points.findLast((point) => point.at <= at - windowMs) ?? first;
    return last.value - before.value;
  }

  /** Forgets the counters that nobody has noted since. */
  keepOnly(keys: ReadonlySet<string>): void {
    for (const key of this.#points.keys()) if (!keys.has(key)) this.#points.delete(key);
  }
}

const MAX_POINTS = 512;
