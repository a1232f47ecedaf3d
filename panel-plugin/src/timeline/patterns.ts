import type { PaintContext } from './layer.ts';
import type { Pattern } from './theme.ts';

/** Draws what tells a stretch without its colour: over the bar's boxes and over the legend's swatches. */
export function paintPattern(
  ctx: PaintContext,
  box: { x: number; y: number; width: number; height: number },
  pattern: Pattern,
  ink: string,
): void {
  if (pattern === 'plain') {
    return;
  }
  const { x, y, width, height } = box;
  ctx.save();
  ctx.beginPath();
  ctx.rect(x, y, width, height);
  ctx.clip();
  ctx.strokeStyle = ink;
  ctx.fillStyle = ink;
  ctx.lineWidth = pattern === 'stripes' ? 3 : 1;
  ctx.beginPath();
  if (pattern === 'outline') {
    ctx.rect(x + 0.5, y + 0.5, width - 1, height - 1);
  } else if (pattern === 'dots') {
    for (let column = Math.floor(x / 6) * 6; column < x + width; column += 6) {
      ctx.rect(column, y + 3, 1.5, 1.5);
      ctx.rect(column + 3, y + height - 5, 1.5, 1.5);
    }
  } else {
    // On a grid of the whole chart, so that the lines of two neighbouring boxes meet.
    const step = pattern === 'stripes' ? 8 : 6;
    for (let foot = Math.floor((x - height) / step) * step; foot < x + width; foot += step) {
      ctx.moveTo(foot, y + height);
      ctx.lineTo(foot + height, y);
    }
  }
  if (pattern === 'dots') {
    ctx.fill();
  } else {
    ctx.stroke();
  }
  ctx.restore();
}
