import { clampedX, rightOf, type Band, type TimeScale } from './scale.ts';

/** Nothing is drawn narrower than this: what was short must not vanish. */
export const MIN_PIECE_PX = 2;

/** A stretch of a bar: from when to when, ms, and how many of what was told it stands for. */
export interface Piece {
  from: number;
  to: number;
  count: number;
}

export type Placed<P extends Piece> = P & { x: number; y: number; width: number; height: number };

/**
 * Lays stretches, ordered and without overlap in time, out as a bar. One too short to be seen takes {@link MIN_PIECE_PX} from what follows
 * it, the last one from what is before it; those that begin within the same pixels join it, and the worst of them is what is
 * seen. Boxes never overlap and never drift from their time.
 */
export function placePieces<P extends Piece>(
  pieces: Iterable<P>,
  scale: TimeScale,
  { band, badness }: { band: Band; badness(piece: P): number },
): Placed<P>[] {
  const boxes: Placed<P>[] = [];
  for (const piece of pieces) {
    const last = boxes.at(-1);
    const taken = last ? last.x + last.width : scale.left;
    const start = clampedX(scale, piece.from);
    const end = clampedX(scale, piece.to);
    const left = Math.min(Math.max(start, taken), rightOf(scale) - MIN_PIECE_PX);
    const short = end - Math.max(start, taken) < MIN_PIECE_PX;
    if (last && short && (start < taken || left < last.x + MIN_PIECE_PX)) {
      last.width = Math.max(taken, end) - last.x;
      const worst = badness(piece) > badness(last) ? piece : {};
      Object.assign(last, worst, { from: last.from, to: piece.to, count: last.count + piece.count });
      continue;
    }
    if (last && left < taken) {
      last.width = left - last.x;
    }
    boxes.push({ ...piece, x: left, y: band.top, width: short ? MIN_PIECE_PX : end - left, height: band.height });
  }
  return boxes;
}
