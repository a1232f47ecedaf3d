import { paintGlyph, stateGlyph } from '../glyphs.ts';
import { defineLayer, type PaintContext, type PlaceOptions } from '../layer.ts';
import type { ShownState, StateInterval, Timeline } from '../model.ts';
import { paintPattern } from '../patterns.ts';
import { MIN_PIECE_PX, placePieces } from '../pieces.ts';
import type { TimeScale } from '../scale.ts';
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
  /** Of the label, in CSS pixels. */
  labelWidth: number;
  /** No data from the range's begin on, and nothing in the frames that was before its end: no gap in what was known. */
  early?: true;
  /** Whether the state's icon fits, beside the label where there is one. */
  icon: boolean;
}

/** Silence up to this is the wait for the next report (the exporter sends each 15 s); beyond it nothing is known. */
export const SILENCE_MS = 30_000;
const GLYPH_PX = 12;
/** With its margin. */
const ICON_PX = GLYPH_PX + 4;
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

type StatePiece = Pick<StateBox, 'state' | 'from' | 'to' | 'raw' | 'host' | 'count' | 'early'>;

/** The continuous state bar just above the x axis: colour, pattern and text (A13, A22). */
export const state = defineLayer<StateBox[]>({
  id: 'state',

  place(timeline, scale, options) {
    const placed = placePieces(pieces(timeline, scale), scale, {
      band: options.band,
      badness: ({ state }) => BADNESS[state],
    });
    return placed.map((box) => {
      const label = labelOf(box, options);
      const labelWidth = label ? options.measure(label) : 0;
      const icon = ICON_PX + (label ? labelWidth + 2 * PADDING_PX : 0) <= box.width;
      return { ...box, label, labelWidth, icon };
    });
  },

  paint(ctx, boxes, theme) {
    const alike = new Map<string, StateBox[]>();
    for (const box of boxes) {
      const look = lookOf(box, theme);
      ctx.fillStyle = look.fill;
      ctx.fillRect(box.x, box.y, box.width, box.height);
      const key = `${box.state} ${box.early ?? false}`;
      const some = alike.get(key) ?? [];
      some.push(box);
      alike.set(key, some);
    }
    for (const some of alike.values()) {
      const { pattern, ink } = lookOf(some[0] as StateBox, theme);
      paintPattern(ctx, some, pattern, ink);
    }
    ctx.fillStyle = theme.background;
    for (const box of boxes.slice(1)) {
      if (box.width > MIN_PIECE_PX * 3) {
        ctx.fillRect(box.x, box.y, 1, box.height);
      }
    }
  },

  paintOver(ctx, boxes, theme) {
    ctx.save();
    ctx.font = theme.label.font;
    ctx.textAlign = 'left';
    ctx.textBaseline = 'middle';
    for (const box of boxes) {
      paintWords(ctx, box, theme);
    }
    ctx.restore();
  },
});

/** The state's icon and its name, in the middle of its stretch. */
function paintWords(ctx: PaintContext, box: StateBox, theme: TimelineTheme): void {
  const { state, label, labelWidth } = box;
  const middle = box.y + box.height / 2;
  const glyph = box.icon && state !== 'no-data' ? ICON_PX : 0;
  const left = Math.round(box.x + (box.width - glyph - labelWidth) / 2);
  const colour = theme.state[state === 'no-data' ? 'unknown' : state].text;
  if (glyph > 0) {
    const place = { x: label ? left : left + (ICON_PX - GLYPH_PX) / 2, y: middle - GLYPH_PX / 2, size: GLYPH_PX };
    paintGlyph(ctx, stateGlyph(state), place, { colour, under: theme.background });
  }
  if (label) {
    if (state === 'no-data' && !box.early) {
      // The hatching stops for the words.
      ctx.fillStyle = theme.background;
      ctx.fillRect(left - PADDING_PX, middle - 8, labelWidth + 2 * PADDING_PX, 16);
    }
    ctx.fillStyle = colour;
    ctx.fillText(label, left + glyph, middle + 0.5);
  }
}

/** The intervals of the range and the gaps between them, up to now. */
function pieces(timeline: Timeline, { from, to }: TimeScale): StatePiece[] {
  const found: StatePiece[] = [];
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
function wasKnownBefore({ heard, cpu, operations, alarms }: Timeline, gap: StatePiece): boolean {
  const begins = [cpu.times[0], operations[0]?.from, alarms[0]?.from];
  return (heard !== null && heard <= gap.from) || begins.some((begin) => begin !== undefined && begin < gap.to);
}

function pieceOf({ state, raw, host, count }: StateInterval, from: number, to: number): StatePiece {
  return { state, from, to, raw, host, count };
}

/** The state's name, with the hypervisor's own words where there is room; neither for an ordinary run. */
function labelOf(box: Pick<StateBox, 'state' | 'raw' | 'width'>, { measure, words }: PlaceOptions): string {
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
