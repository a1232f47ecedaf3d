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
const LINE_PX = 1.5;

/** The CPU polyline in the coordinate system (A12, A16, A20): 0-100 % over the band's height, broken where a value is null. */
export const cpu = defineLayer<CpuBoxes>({
  id: 'cpu',

  place({ cpu: { times, values, lows, highs } }, scale, { band, thresholds }) {
    const stretches: Stretch[] = [];
    let stretch: Stretch | null = null;
    const yOf = (value: number) => band.top + band.height * (1 - Math.min(Math.max(value, 0), 100) / 100);
    // By index, and into the columns at once: there may be hundreds of thousands of samples.
    for (let i = 0; i < times.length; i++) {
      const value = values[i] ?? null;
      if (value === null) {
        stretch = null;
      } else if (nearRange(times, i, scale)) {
        if (!stretch) {
          stretch = new Stretch();
          stretches.push(stretch);
        }
        stretch.add(xOf(scale, times[i] ?? 0), yOf(value), yOf(highs[i] ?? value), yOf(lows[i] ?? value));
      }
    }
    const lines = stretches.map((one) => one.line());
    const bands = stretches.flatMap((one) => (one.isWide ? [one.spread] : []));
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
      trace(ctx, highestOf(line));
      ctx.lineTo(line.at(-2) ?? 0, bottom);
      ctx.lineTo(line[0] ?? 0, bottom);
      ctx.fill();
      trace(ctx, line);
      ctx.lineWidth = isDense(line) ? 1 / ctx.getTransform().a : LINE_PX;
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
  line: readonly number[],
) {
  ctx.beginPath();
  ctx.moveTo(line[0] ?? 0, line[1] ?? 0);
  for (let i = 2; i < line.length; i += 2) {
    ctx.lineTo(line[i] ?? 0, line[i + 1] ?? 0);
  }
}

/**
 * More points than pixels: what is seen is an area with a jagged edge, and of it a line of one device pixel shows as much. Browsers
 * draw that twenty times as fast as a wider one, whose joints they work out one by one.
 */
function isDense(line: readonly number[]): boolean {
  return line.length / 2 > (line.at(-2) ?? 0) - (line[0] ?? 0) + 1;
}

/** Of the points within one pixel column the highest: the edge of the area under the line. */
function highestOf(line: readonly number[]): number[] {
  const edge: number[] = [];
  let column = NaN;
  for (let i = 0; i < line.length; i += 2) {
    const [x = 0, y = 0] = [line[i], line[i + 1]];
    if (Math.floor(x) !== column) {
      edge.push(x, y);
      column = Math.floor(x);
    } else if (y < (edge[edge.length - 1] ?? 0)) {
      edge[edge.length - 1] = y;
    }
  }
  return edge;
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

/**
 * An unbroken stretch of samples, of which each pixel column keeps what can be seen: of the line the first, the lowest, the highest and the
 * last point, so that no spike is lost; of the band around it the highest and the lowest sample.
 */
class Stretch {
  /** As x, top, bottom, x, top, bottom, ... */
  readonly spread: number[] = [];
  /** Whether any sample sums up others that differ. */
  isWide = false;
  readonly #line: number[] = [];
  #column = NaN;
  /** The line's points in the present column, each with its place among them. */
  #points = 0;
  #low = { x: 0, y: 0, at: 0 };
  #high = { x: 0, y: 0, at: 0 };
  #last = { x: 0, y: 0 };

  /** The next sample, in order of time: where it is, and from where to where the samples are that it sums up. */
  add(x: number, y: number, top: number, bottom: number): void {
    this.isWide ||= top !== bottom;
    if (Math.floor(x) !== this.#column) {
      this.#endColumn();
      this.#column = Math.floor(x);
      this.#points = 0;
      this.#line.push(x, y);
      this.spread.push(x, top, bottom);
      set(this.#low, x, y, 0);
      set(this.#high, x, y, 0);
    } else {
      const at = this.spread.length - 3;
      this.spread[at + 1] = Math.min(this.spread[at + 1] ?? top, top);
      this.spread[at + 2] = Math.max(this.spread[at + 2] ?? bottom, bottom);
      if (y > this.#low.y) set(this.#low, x, y, this.#points);
      if (y < this.#high.y) set(this.#high, x, y, this.#points);
    }
    this.#last.x = x;
    this.#last.y = y;
    this.#points += 1;
  }

  /** As x, y, x, y, ...; nothing can be added any more. */
  line(): number[] {
    this.#endColumn();
    return this.#line;
  }

  #endColumn(): void {
    const end = this.#points - 1;
    const [earlier, later] = this.#low.at < this.#high.at ? [this.#low, this.#high] : [this.#high, this.#low];
    for (const { x, y, at } of [earlier, later]) {
      if (at > 0 && at < end) this.#line.push(x, y);
    }
    if (end > 0) this.#line.push(this.#last.x, this.#last.y);
    this.#points = 0;
  }
}

function set(point: { x: number; y: number; at: number }, x: number, y: number, at: number): void {
  point.x = x;
  point.y = y;
  point.at = at;
}
