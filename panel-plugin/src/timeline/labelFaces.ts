import { paintGlyph } from './glyphs.ts';
import { FACE, type LabelBox, type LabelLane } from './labels.ts';
import type { PaintContext } from './layer.ts';
import type { TimelineTheme } from './theme.ts';

interface LaneColours<Look extends string> {
  colour: Record<Look, string>;
  theme: TimelineTheme;
}

/** What failed, or is critical, is told by a filled, square label, not by red alone. */
const LOUD: readonly string[] = ['failed', 'critical'];

/** The line from each label down to its moment on the bar, with a notch there, and the line of how long it lasted. */
export function paintStems<Look extends string>(
  ctx: PaintContext,
  { boxes }: LabelLane<Look>,
  { colour, theme }: LaneColours<Look>,
): void {
  ctx.save();
  for (const box of boxes) {
    const y = box.y + box.height;
    ctx.fillStyle = theme.stem;
    ctx.fillRect(Math.round(box.anchor) - 0.5, y, 1, box.stemBottom - y);
    ctx.fillStyle = colour[box.look];
    ctx.beginPath();
    ctx.moveTo(box.anchor - 4, box.stemBottom - 5);
    ctx.lineTo(box.anchor + 4, box.stemBottom - 5);
    ctx.lineTo(box.anchor, box.stemBottom);
    ctx.fill();
    if (box.spanRight > box.anchor) {
      ctx.fillRect(box.anchor, y, box.spanRight - box.anchor, 2);
      if (!box.open) {
        ctx.fillRect(box.spanRight - 1, y - 2, 1, 4);
      }
    }
  }
  ctx.restore();
}

/**
 * The labels themselves. They are drawn and not made of HTML, because a browser takes longer for the styles of some hundred labels with their
 * icons than for all else of the picture; what is HTML is the empty button over each.
 */
export function paintFaces<Look extends string>(
  ctx: PaintContext,
  { boxes }: LabelLane<Look>,
  { colour, theme }: LaneColours<Look>,
): void {
  ctx.save();
  ctx.font = theme.label.font;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  for (const box of boxes) {
    const isLoud = LOUD.includes(box.look) && !box.isHandled;
    paintFrame(ctx, box, colour[box.look], theme, isLoud);
    paintContent(ctx, box, {
      icon: isLoud
        ? { colour: theme.label.loud.text, under: theme.label.loud.fill }
        : { colour: colour[box.look], under: theme.background },
      text: isLoud ? theme.label.loud.text : theme.label.text,
    });
  }
  ctx.restore();
}

/** On whole pixels, so that its border is sharp. */
function paintFrame(ctx: PaintContext, box: LabelBox, mark: string, theme: TimelineTheme, isLoud: boolean): void {
  const { x, y, width, height, isHandled, count, look } = box;
  const radius = count > 1 ? height / 2 : isLoud ? 0 : 4;
  const frame = (inset: number) => {
    ctx.beginPath();
    ctx.roundRect(x + inset, y + inset, width - 2 * inset, height - 2 * inset, Math.max(radius - inset, 0));
  };
  frame(0.5);
  ctx.fillStyle = isLoud ? theme.label.loud.fill : theme.background;
  ctx.fill();
  if (!isLoud && !isHandled) {
    ctx.globalAlpha = 0.12;
    ctx.fillStyle = mark;
    ctx.fill();
  }
  const isTold = isLoud || isHandled || look === 'timeout' || look === 'running';
  ctx.globalAlpha = isTold ? 1 : 0.55;
  ctx.strokeStyle = isLoud ? theme.label.loud.border : mark;
  ctx.lineWidth = 1;
  ctx.setLineDash(isHandled ? [1, 2] : look === 'timeout' ? [4, 3] : []);
  ctx.stroke();
  if (count > 1) {
    frame(2.5);
    ctx.stroke();
  }
  ctx.setLineDash([]);
  ctx.globalAlpha = 1;
}

function paintContent(
  ctx: PaintContext,
  { x, y, width, height, startsBefore, look, icon, text, count, signs, contentWidth }: LabelBox,
  ink: { icon: { colour: string; under: string }; text: string },
): void {
  const middle = y + height / 2;
  // A crowd's number stands in the middle, a name at the begin.
  let left = x + (count > 1 ? Math.max((width - contentWidth) / 2, FACE.before) : FACE.before);
  ctx.fillStyle = ink.text;
  if (startsBefore) {
    ctx.beginPath();
    ctx.moveTo(left + FACE.arrow, middle - 4);
    ctx.lineTo(left, middle);
    ctx.lineTo(left + FACE.arrow, middle + 4);
    ctx.fill();
    left += FACE.arrow + FACE.gap;
  }
  paintGlyph(ctx, look, { x: left, y: middle - icon / 2, size: icon }, ink.icon);
  ctx.fillStyle = ink.text;
  ctx.fillText(text, left + icon + FACE.gap, middle + 0.5);
  for (const [index, sign] of signs.entries()) {
    const fromEnd = (signs.length - index) * FACE.sign + (signs.length - index - 1) * FACE.gap;
    const place = { x: x + width - FACE.after - fromEnd, y: middle - FACE.sign / 2, size: FACE.sign };
    paintGlyph(ctx, sign, place, ink.icon);
  }
}
