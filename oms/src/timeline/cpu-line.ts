import { joined, type CpuStretch } from '../cycles/index.ts';
import { binAt, type Bins } from '../frames/index.ts';

/** One point of the CPU line, at the end of what it is the mean of; all null where the line breaks. */
export interface CpuPoint {
  time: number;
  cpu: number | null;
  cpuMin: number | null;
  cpuMax: number | null;
}

/**
 * The CPU polyline (A16), one point a bin: the mean of what ended in it, with the lowest and the highest of it. A bin in
 * which the line breaks has a point for what was before the break, the break, and one for what followed; further breaks in
 * it are too small to be seen. Takes stretches in order, so that only points are kept.
 */
export class CpuLine {
  readonly points: CpuPoint[] = [];
  readonly #bins: Bins;
  #bin = -1;
  #before: CpuStretch | null = null;
  #brokenAt: number | null = null;
  #after: CpuStretch | null = null;

  constructor(bins: Bins) {
    this.#bins = bins;
  }

  add(stretch: CpuStretch): void {
    const bin = binAt(this.#bins, stretch.at);
    if (bin !== this.#bin) this.end();
    this.#bin = bin;
    if (stretch.use === null) this.#brokenAt ??= stretch.at;
    else if (this.#brokenAt === null) this.#before = joined(this.#before, stretch);
    else this.#after = joined(this.#after, stretch);
  }

  /** Ends the bin that is under way. */
  end(): void {
    if (this.#before !== null) this.points.push(pointOf(this.#before));
    // One break after the other is one break.
    if (this.#brokenAt !== null && this.points.at(-1)?.cpu !== null) {
      this.points.push({ time: this.#brokenAt, cpu: null, cpuMin: null, cpuMax: null });
    }
    if (this.#after !== null) this.points.push(pointOf(this.#after));
    this.#before = null;
    this.#brokenAt = null;
    this.#after = null;
  }
}

function pointOf({ at, use }: CpuStretch): CpuPoint {
  if (use === null) return { time: at, cpu: null, cpuMin: null, cpuMax: null };
  return { time: at, cpu: rounded(use.mean), cpuMin: rounded(use.min), cpuMax: rounded(use.max) };
}

const rounded = (percent: number): number => Math.round(percent * 1000) / 1000;
