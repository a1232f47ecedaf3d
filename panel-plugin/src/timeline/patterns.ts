import type { PaintContext } from './layer.ts';
import type { Pattern } from './theme.ts';

interface Area {
  x: number;
  y: number;
  width: number;
  height: number;
}

/**
 * Draws what tells a stretch without its colour: over the bar's boxes and over the legend's swatches. All boxes stand in one row, and are
 * drawn at once: to clip each of hundreds by itself takes a browser longer than all else of the picture.
 */
export function paintPattern(ctx: PaintContext, boxes: readonly Area[], pattern: Pattern, ink: string): void {
  const [first] = boxes;
  if (!first || pattern === 'plain') {
    return;
  }
  const { y, height } = first;
  ctx.save();
  ctx.beginPath();
  for (const box of boxes) {
    ctx.rect(box.x, box.y, box.width, box.height);
  }
  ctx.clip();
  ctx.strokeStyle = ink;
  ctx.fillStyle = ink;
  ctx.lineWidth = pattern === 'stripes' ? 3 : 1;
  ctx.beginPath();
  if (pattern === 'outline') {
    for (const box of boxes) {
      ctx.rect(box.x + 0.5, box.y + 0.5, box.width - 1, box.height - 1);
    }
  } else if (pattern === 'dots') {
    for (const column of columnsOver(boxes, 6, 0)) {
      ctx.rect(column, y + 3, 1.5, 1.5);
      ctx.rect(column + 3, y + height - 5, 1.5, 1.5);
    }
  } else {
    // On a grid of the whole chart, so that the lines of two neighbouring boxes meet.
    for (const foot of columnsOver(boxes, pattern === 'stripes' ? 8 : 6, height)) {
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

/** The places of a grid that begin in a box, or so far before it that they lean into it; each once. */
function columnsOver(boxes: readonly Area[], step: number, lean: number): number[] {
  const columns: number[] = [];
  let next = -Infinity;
  for (const { x, width } of boxes) {
    for (let at = Math.max(Math.floor((x - lean) / step) * step, next); at < x + width; at += step) {
      columns.push(at);
      next = at + step;
    }
  }
  return columns;
}
