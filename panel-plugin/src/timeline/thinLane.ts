import type { PaintContext } from './layer.ts';
import { placePieces, type Piece, type Placed } from './pieces.ts';
import { paintPattern } from './patterns.ts';
import type { Band, TimeScale } from './scale.ts';
import type { TimelineTheme, Tone } from './theme.ts';

/** Height of a thin lane and of the room below it, in CSS pixels. */
export const THIN_LANE = { height: 10, gap: 4 };

/** A stretch of a thin lane: how good it is, and what it is. */
export interface ToneBox<Stretch extends Piece> extends Placed<Piece> {
  tone: Tone;
  stretch: Stretch;
}

const BADNESS: Record<Tone, number> = { bad: 3, warning: 2, unknown: 1, good: 0 };

/** Lays the stretches of a range out, up to now; what is not covered stays empty. */
export function placeTones<Stretch extends Piece>(
  stretches: readonly Stretch[],
  toneOf: (stretch: Stretch) => Tone,
  scale: TimeScale,
  { band, now }: { band: Band; now: number },
): ToneBox<Stretch>[] {
  const end = Math.min(scale.to, now);
  const pieces = stretches
    .filter(({ from, to }) => to > scale.from && from < end)
    .map((stretch) => ({
      from: Math.max(stretch.from, scale.from),
      to: Math.min(stretch.to, end),
      count: stretch.count,
      tone: toneOf(stretch),
      stretch,
    }));
  return placePieces(pieces, scale, { band, badness: ({ tone }) => BADNESS[tone] });
}

/** Told by pattern as well as by colour: what is bad is striped, what is not known is an outline. */
export function paintTones(ctx: PaintContext, boxes: readonly ToneBox<Piece>[], theme: TimelineTheme): void {
  for (const box of boxes) {
    const look = theme.tone[box.tone];
    ctx.fillStyle = look.fill;
    ctx.fillRect(box.x, box.y, box.width, box.height);
  }
  for (const [tone, { pattern, ink }] of Object.entries(theme.tone)) {
    paintPattern(
      ctx,
      boxes.filter((box) => box.tone === tone),
      pattern,
      ink,
    );
  }
}
