import { defineLayer, type PaintContext } from '../layer.ts';
import { rightOf, xOf, type TimeScale } from '../scale.ts';

export interface CpuBoxes {
  /** Each an unbroken stretch of the line, as x, y, x, y, ... */
  lines: number[][];
  /** From the lowest to the highest sample around the line, where these differ, as x, top, bottom, x, top, bottom, ... */
  bands?: number[][];
  /** Where a threshold is, and up to where its colour stands. */
  thresholds?: { y: number; top: number; colour: string; mode: 'line' | 'area' }[];
  /** y of 0 %. */
  bottom: number;
  left: number;
  right: number;
}

const DOT_RADIUS = 1.75;

/** The CPU polyline in the coordinate system (A12, A16, A20): 0-100 % over the band's height, broken where a value is null. */
export const cpu = defineLayer<CpuBoxes>({
  id: 'cpu',

  place({ cpu: { times, values, lows, highs } }, scale, { band, thresholds }) {
    const lines: number[][] = [];
    const bands: number[][] = [];
    let line: number[] = [];
    let spread: number[] = [];
    const yOf = (value: number) => band.top + band.height * (1 - Math.min(Math.max(value, 0), 100) / 100);
    const end = () => {
      if (line.length > 0) {
        lines.push(thinned(line));
      }
      if (spread.some((y, i) => i % 3 === 2 && y !== spread[i - 1])) {
        bands.push(thinnedBand(spread));
      }
      line = [];
      spread = [];
    };
    for (const [i, time] of times.entries()) {
      const value = values[i] ?? null;
      if (value === null) {
        end();
      } else if (nearRange(times, i, scale)) {
        const x = xOf(scale, time);
        line.push(x, yOf(value));
        spread.push(x, yOf(highs[i] ?? value), yOf(lows[i] ?? value));
      }
    }
    end();
    const edges = { bottom: band.top + band.height, left: scale.left, right: rightOf(scale) };
    const { mode, steps } = thresholds;
    const marks =
      mode === 'off'
        ? []
        : steps.map(({ value, colour }, i) => ({ y: yOf(value), top: yOf(steps[i + 1]?.value ?? 100), colour, mode }));
    return {
      lines,
      ...(bands.length > 0 ? { bands } : {}),
      ...(marks.length > 0 ? { thresholds: marks } : {}),
      ...edges,
    };
  },

  paint(ctx, { lines, bands = [], thresholds = [], bottom, left, right }, theme) {
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, 0, right - left, bottom + 1);
    ctx.clip();
    for (const threshold of thresholds) {
      paintThreshold(ctx, threshold, left, right);
    }
    ctx.lineJoin = 'round';
    ctx.lineWidth = 1.5;
    ctx.strokeStyle = theme.cpu.line;
    for (const spread of bands) {
      ctx.fillStyle = theme.cpu.fill;
      traceBand(ctx, spread);
      ctx.fill();
    }
    for (const line of lines) {
      if (line.length === 2) {
        ctx.fillStyle = theme.cpu.line;
        ctx.beginPath();
        ctx.arc(line[0] ?? 0, line[1] ?? 0, DOT_RADIUS, 0, 2 * Math.PI);
        ctx.fill();
        continue;
      }
      ctx.fillStyle = theme.cpu.fill;
      trace(ctx, line);
      ctx.lineTo(line.at(-2) ?? 0, bottom);
      ctx.lineTo(line[0] ?? 0, bottom);
      ctx.fill();
      trace(ctx, line);
      ctx.stroke();
    }
    ctx.restore();
  },
});

function paintThreshold(
  ctx: PaintContext,
  { y, top, colour, mode }: NonNullable<CpuBoxes['thresholds']>[number],
  left: number,
  right: number,
): void {
  if (mode === 'area') {
    ctx.globalAlpha = 0.12;
    ctx.fillStyle = colour;
    ctx.fillRect(left, top, right - left, y - top);
    ctx.globalAlpha = 1;
    return;
  }
  ctx.strokeStyle = colour;
  ctx.lineWidth = 1;
  ctx.setLineDash([8, 6]);
  ctx.beginPath();
  ctx.moveTo(left, y);
  ctx.lineTo(right, y);
  ctx.stroke();
  ctx.setLineDash([]);
}

/** In the range, or the neighbour of a sample that is: the line runs on to the chart's edge. */
function nearRange(times: readonly number[], i: number, { from, to }: TimeScale): boolean {
  return (times[i + 1] ?? times[i] ?? 0) >= from && (times[i - 1] ?? times[i] ?? 0) <= to;
}

function trace(
  ctx: { beginPath(): void; moveTo(x: number, y: number): void; lineTo(x: number, y: number): void },
  line: number[],
) {
  ctx.beginPath();
  ctx.moveTo(line[0] ?? 0, line[1] ?? 0);
  for (let i = 2; i < line.length; i += 2) {
    ctx.lineTo(line[i] ?? 0, line[i + 1] ?? 0);
  }
}

/** Along the highest values and back along the lowest; a band of one moment is a pixel wide. */
function traceBand(ctx: Pick<PaintContext, 'beginPath' | 'moveTo' | 'lineTo'>, spread: number[]) {
  const wide = spread.length === 3 ? [...spread, (spread[0] ?? 0) + 1, spread[1] ?? 0, spread[2] ?? 0] : spread;
  ctx.beginPath();
  ctx.moveTo(wide[0] ?? 0, wide[1] ?? 0);
  for (let i = 3; i < wide.length; i += 3) {
    ctx.lineTo(wide[i] ?? 0, wide[i + 1] ?? 0);
  }
  for (let i = wide.length - 3; i >= 0; i -= 3) {
    ctx.lineTo(wide[i] ?? 0, wide[i + 2] ?? 0);
  }
}

/** Of the points within one pixel column the lowest and the highest sample: as much as can be seen of them. */
function thinnedBand(spread: number[]): number[] {
  const result: number[] = [];
  let column = NaN;
  for (let i = 0; i < spread.length; i += 3) {
    const [x = 0, top = 0, bottom = 0] = [spread[i], spread[i + 1], spread[i + 2]];
    if (Math.floor(x) === column) {
      const last = result.length - 3;
      result[last + 1] = Math.min(result[last + 1] ?? top, top);
      result[last + 2] = Math.max(result[last + 2] ?? bottom, bottom);
    } else {
      result.push(x, top, bottom);
      column = Math.floor(x);
    }
  }
  return result;
}

/** Of the points within one pixel column keeps the first, the lowest, the highest and the last: no spike is lost. */
function thinned(line: number[]): number[] {
  const result: number[] = [];
  for (let start = 0; start < line.length;) {
    const column = Math.floor(line[start] ?? 0);
    let end = start;
    let low = start;
    let high = start;
    while (end < line.length && Math.floor(line[end] ?? 0) === column) {
      low = (line[end + 1] ?? 0) > (line[low + 1] ?? 0) ? end : low;
      high = (line[end + 1] ?? 0) < (line[high + 1] ?? 0) ? end : high;
      end += 2;
    }
    for (const i of [...new Set([start, low, high, end - 2])].sort((a, b) => a - b)) {
      result.push(line[i] ?? 0, line[i + 1] ?? 0);
    }
    start = end;
  }
  return result;
}
