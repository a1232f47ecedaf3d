import { defineLayer, type PaintContext, type PlaceOptions } from '../layer.ts';
import type { ShownState, StateInterval, Timeline } from '../model.ts';
import { clampedX, rightOf, type TimeScale } from '../scale.ts';
import type { Pattern, TimelineTheme } from '../theme.ts';

/** One piece of the state bar; `no-data` where nothing is known. */
export interface StateBox {
  state: ShownState | 'no-data';
  x: number;
  y: number;
  width: number;
  height: number;
  /** Of the piece that is drawn, ms. */
  from: number;
  to: number;
  raw: string;
  host: string;
  /** How many intervals share these pixels; the worst of them is drawn. */
  count: number;
  /** Empty where it does not fit. */
  label: string;
  /** No data from the range's begin on, and nothing in the frames that was before its end: no gap in what was known. */
  early?: true;
  /** Whether the state's icon fits, beside the label where there is one. */
  icon: boolean;
}

/** No state is drawn narrower than this: a short one must not vanish. */
export const MIN_STATE_PX = 2;
/** Silence up to this is the wait for the next report (the exporter sends each 15 s); beyond it nothing is known. */
const SILENCE_MS = 30_000;
/** With its margin. */
const ICON_PX = 16;
const PADDING_PX = 4;

/** Who wins when several share a pixel. That nothing is known is worse than a state somebody chose. */
const BADNESS: Record<StateBox['state'], number> = {
  abnormal: 5,
  'no-data': 4,
  unknown: 3,
  stopped: 2,
  dormant: 1,
  running: 0,
};

type Piece = Pick<StateBox, 'state' | 'from' | 'to' | 'raw' | 'host' | 'count' | 'early'>;

/** The continuous state bar just above the x axis: colour, pattern and text (A13, A22). */
export const state = defineLayer<StateBox[]>({
  id: 'state',

  place(timeline, scale, options) {
    const boxes: StateBox[] = [];
    for (const piece of pieces(timeline, scale)) {
      append(boxes, piece, scale, options);
    }
    for (const box of boxes) {
      box.label = labelOf(box, options);
      box.icon = ICON_PX + (box.label ? options.measure(box.label) + 2 * PADDING_PX : 0) <= box.width;
    }
    return boxes;
  },

  paint(ctx, boxes, theme) {
    for (const box of boxes) {
      const look = lookOf(box, theme);
      ctx.fillStyle = look.fill;
      ctx.fillRect(box.x, box.y, box.width, box.height);
      paintPattern(ctx, box, look.pattern, look.ink);
    }
    ctx.fillStyle = theme.background;
    for (const box of boxes.slice(1)) {
      if (box.width > MIN_STATE_PX * 3) {
        ctx.fillRect(box.x, box.y, 1, box.height);
      }
    }
  },
});

/** The intervals of the range and the gaps between them, up to now. */
function pieces(timeline: Timeline, { from, to }: TimeScale): Piece[] {
  const found: Piece[] = [];
  const end = Math.min(to, timeline.now);
  let known = from;
  const gapUntil = (until: number) => {
    if (until > known) {
      found.push({ state: 'no-data', from: known, to: until, raw: '', host: '', count: 1 });
    }
  };
  for (const interval of timeline.states) {
    const begin = Math.max(interval.from, from);
    const stop = Math.min(interval.to, end);
    if (stop > begin) {
      gapUntil(begin);
      found.push(pieceOf(interval, begin, stop));
      known = stop;
    }
  }
  if (end - Math.max(known, from) >= SILENCE_MS || known === from || known < Math.min(timeline.heard ?? from, end)) {
    gapUntil(end);
  }
  const [first] = found;
  if (first?.state === 'no-data' && first.from === from && !wasKnownBefore(timeline, first)) {
    first.early = true;
  }
  return found;
}

/** Whether anything in the frames was before the end of a gap that the range begins with. */
function wasKnownBefore({ heard, cpu, operations, alarms }: Timeline, gap: Piece): boolean {
  const begins = [cpu.times[0], operations[0]?.from, alarms[0]?.from];
  return (heard !== null && heard <= gap.from) || begins.some((begin) => begin !== undefined && begin < gap.to);
}

function pieceOf({ state, raw, host, count }: StateInterval, from: number, to: number): Piece {
  return { state, from, to, raw, host, count };
}

/**
 * Puts one piece after the boxes so far. A piece too short to be seen takes {@link MIN_STATE_PX} from what follows it, the last
 * one from what is before it; those that begin within the same pixels join it, and the worst is drawn. Boxes never
 * overlap and never drift from their time.
 */
function append(boxes: StateBox[], piece: Piece, scale: TimeScale, { band }: PlaceOptions): void {
  const last = boxes.at(-1);
  const taken = last ? last.x + last.width : scale.left;
  const start = clampedX(scale, piece.from);
  const end = clampedX(scale, piece.to);
  const left = Math.min(Math.max(start, taken), rightOf(scale) - MIN_STATE_PX);
  const short = end - Math.max(start, taken) < MIN_STATE_PX;
  if (last && short && (start < taken || left < last.x + MIN_STATE_PX)) {
    last.width = Math.max(taken, end) - last.x;
    join(last, piece);
    return;
  }
  if (last && left < taken) {
    last.width = left - last.x;
  }
  const width = short ? MIN_STATE_PX : end - left;
  boxes.push({ ...piece, x: left, y: band.top, width, height: band.height, label: '', icon: false });
}

function join(box: StateBox, piece: Piece): void {
  if (BADNESS[piece.state] > BADNESS[box.state]) {
    box.state = piece.state;
    box.raw = piece.raw;
    box.host = piece.host;
  }
  box.to = piece.to;
  box.count += piece.count;
}

/** The state's name, with the hypervisor's own words where there is room; neither for an ordinary run. */
function labelOf(box: StateBox, { measure, words }: PlaceOptions): string {
  const name = words.state(box.state);
  const full = box.raw && box.state !== 'running' ? `${name} · ${box.raw}` : name;
  const room = box.width - 2 * PADDING_PX;
  return [full, name].find((text) => measure(text) <= room) ?? '';
}

function lookOf({ state, early }: StateBox, theme: TimelineTheme): { fill: string; ink: string; pattern: Pattern } {
  if (state !== 'no-data') {
    return theme.state[state];
  }
  return early ? { ...theme.early, pattern: 'plain' } : { ...theme.noData, pattern: 'hatch' };
}

/** Also the legend's swatches are drawn with this. */
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
