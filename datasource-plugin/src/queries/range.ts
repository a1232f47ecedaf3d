import type { MAX_DATA_POINTS, MIN_DATA_POINTS } from '@faultline/contracts';
import type { Asked } from './definition.ts';

// The contract's own bounds, as types: the bundle holds no schema library.
const MOST_POINTS: typeof MAX_DATA_POINTS = 5000;
const FEWEST_POINTS: typeof MIN_DATA_POINTS = 2;

/** The range of a request in whole ms. */
export const rangeOf = ({ from, to }: Asked): { from: number; to: number } => ({
  from: Math.floor(from),
  to: Math.ceil(to),
});

/** The range, and for how many points there is room, within what the OMS takes. */
export function spanOf(asked: Asked): { from: number; to: number; maxDataPoints?: number } {
  const { maxDataPoints } = asked;
  const isKnown = maxDataPoints !== undefined && !Number.isNaN(maxDataPoints);
  return {
    ...rangeOf(asked),
    ...(isKnown ? { maxDataPoints: Math.min(Math.max(Math.floor(maxDataPoints), FEWEST_POINTS), MOST_POINTS) } : {}),
  };
}
