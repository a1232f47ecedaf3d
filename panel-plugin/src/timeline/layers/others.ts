import { defineLayer, type PaintContext } from '../layer.ts';
import type { Series } from '../model.ts';
import { rightOf, xOf } from '../scale.ts';

/** Lines of further series, and the labels of the axis at the right. */
export interface OtherBoxes {
  lines: { series: number; points: number[] }[];
  /** Of the first series' unit; all series of one unit share it. */
  ticks: { y: number; label: string }[];
  left: number;
  right: number;
  bottom: number;
}

const TICKS = 4;

/** Any further series over the CPU's band, on an axis at the right that begins at 0 or below the lowest value. */
export const others = defineLayer<OtherBoxes>({
  id: 'others',

  place({ others: all }, scale, { band, valueLabel }) {
    const edges = { left: scale.left, right: rightOf(scale), bottom: band.top + band.height };
    const { low, high, step } = axisOf(all, scale);
    const yOf = (value: number) => band.top + band.height * (1 - (value - low) / (high - low));
    const lines = all.flatMap((series, index) =>
      linesOf(series, scale.from, scale.to, (time) => xOf(scale, time), yOf).map((points) => ({
        series: index,
        points,
      })),
    );
    const ticks = [];
    for (let value = low; all.length > 0 && value <= high + step / 2; value += step) {
      ticks.push({ y: yOf(value), label: valueLabel(value, all[0]?.unit ?? '') });
    }
    return { lines, ticks, ...edges };
  },

  paint(ctx, { lines, left, right, bottom }, theme) {
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, 0, right - left, bottom + 1);
    ctx.clip();
    ctx.lineWidth = 1.5;
    ctx.lineJoin = 'round';
    for (const { series, points } of lines) {
      ctx.strokeStyle = theme.others[series % theme.others.length] ?? theme.axis;
      ctx.setLineDash(series % 2 === 0 ? [6, 3] : [2, 2]);
      strokeLine(ctx, points);
    }
    ctx.setLineDash([]);
    ctx.restore();
  },
});

/** Round steps from 0, or from below the lowest value, to above the highest in the range. */
function axisOf(all: readonly Series[], { from, to }: { from: number; to: number }) {
  let low = 0;
  let high = -Infinity;
  for (const { times, values } of all) {
    for (let i = 0; i < times.length; i++) {
      const at = times[i] ?? 0;
      const value = values[i] ?? null;
      if (value !== null && at >= from && at <= to) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
  }
  const rough = Math.max(high - low, Number.MIN_VALUE) / TICKS;
  const size = Number.isFinite(rough) ? 10 ** Math.floor(Math.log10(rough)) : 1;
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * size >= rough) ?? 10) * size;
  const bottom = Math.floor(low / step) * step;
  return { low: bottom, high: Math.max(Math.ceil(high / step) * step, bottom + step), step };
}

function linesOf(
  { times, values }: Series,
  from: number,
  to: number,
  xOfTime: (time: number) => number,
  yOf: (value: number) => number,
): number[][] {
  const lines: number[][] = [];
  let line: number[] = [];
  for (let i = 0; i < times.length; i++) {
    const value = values[i] ?? null;
    const near = (times[i + 1] ?? times[i] ?? 0) >= from && (times[i - 1] ?? times[i] ?? 0) <= to;
    if (value === null) {
      lines.push(line);
      line = [];
    } else if (near) {
      line.push(xOfTime(times[i] ?? 0), yOf(value));
    }
  }
  lines.push(line);
  return lines.filter(({ length }) => length > 0);
}

function strokeLine(ctx: PaintContext, points: readonly number[]): void {
  ctx.beginPath();
  ctx.moveTo(points[0] ?? 0, points[1] ?? 0);
  for (let i = 2; i < points.length; i += 2) {
    ctx.lineTo(points[i] ?? 0, points[i + 1] ?? 0);
  }
  ctx.stroke();
}
