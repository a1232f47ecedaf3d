/**
 * A range parted into equally long bins on the clock's own grid, so that a range that moves on with the present keeps its
 * bins where they were, and a picture that is drawn anew does not flicker.
 */
export interface Bins {
  /** ms, both inclusive. */
  from: number;
  to: number;
  binMs: number;
}

/** At most `points` bins over a range; `points` is at least 2, because a range seldom begins where a bin does. */
export function binsOf({ from, to }: { from: number; to: number }, points: number): Bins {
  return { from, to, binMs: Math.max(1, Math.ceil((to - from) / Math.max(points - 1, 1))) };
}

/** The number of the bin that a moment is in. */
export const binAt = ({ binMs }: Pick<Bins, 'binMs'>, at: number): number => Math.floor(at / binMs);

/** How many bins touch the range. */
export const binCount = (bins: Bins): number => binAt(bins, bins.to) - binAt(bins, bins.from) + 1;
