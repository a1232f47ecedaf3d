import type { PaintContext } from './layer.ts';

/** A stroke or a filled shape of a glyph, in a square of 14 units. */
export interface GlyphPart {
  /** As an SVG path. */
  d: string;
  /** Width of the stroke; absent: it is filled. */
  stroke?: number;
  /** In the colour of what lies under the glyph. */
  isCutOut?: true;
  dash?: readonly number[];
}

const SIZE = 14;
const QUESTION = 'M5 5.200a2 2 0 1 1 2.600 1.900c-.4.2-.6.5-.6 1.100m0 2.300v.1';
const circle = (radius: number): string =>
  `M${(7 - radius).toFixed(1)} 7a${radius} ${radius} 0 1 0 ${2 * radius} 0a${radius} ${radius} 0 1 0 -${2 * radius} 0z`;
/** An alarm level: a shape of its own with its letter, drawn: text in a picture would be read as text. */
const level = (shape: string, letter: string): readonly GlyphPart[] => [
  { d: shape },
  { d: letter, stroke: 1.5, isCutOut: true },
];
const PLAY: readonly GlyphPart[] = [{ d: 'M4 3v8l7-4z' }];

/** Shapes that tell results, levels and states apart without their colours. */
const GLYPHS: Readonly<Record<string, readonly GlyphPart[]>> = {
  // results
  ok: [{ d: 'm3 7.5 2.8 2.8L11.200 4', stroke: 1.9 }],
  failed: [{ d: 'm3.500 3.500 7 7m0-7-7 7', stroke: 2.2 }],
  timeout: [
    { d: circle(5.2), stroke: 1.5 },
    { d: 'M7 4v3.200l2 1.300', stroke: 1.5 },
  ],
  running: PLAY,
  cancelled: [
    { d: circle(5), stroke: 1.5 },
    { d: 'm3.500 10.500 7-7', stroke: 1.5 },
  ],
  // hop results
  skipped: [{ d: 'M3 7h8', stroke: 1.6, dash: [1.5, 2.5] }],
  missing: [{ d: QUESTION, stroke: 1.6 }],
  unknown: [{ d: QUESTION, stroke: 1.6 }],
  // alarm levels
  critical: level(
    'M4.300.5h5.400l3.800 3.800v5.400l-3.800 3.800H4.300L.5 9.700V4.300z',
    'M9.200 5.100a2.800 2.800 0 1 0 0 3.800',
  ),
  major: level('M7 .5 14 13.200H0z', 'M7 5v3.400m0 2.100v.2'),
  minor: level('m7 0 7 7-7 7-7-7z', 'M4.500 9V5.700l2.500 2 2.500-2V9'),
  warning: level(circle(6.5), 'M3.800 5.200 5.400 9 7 5.600 8.600 9l1.600-3.800'),
  indeterminate: level(
    'M2.200.7h9.600a1.500 1.500 0 0 1 1.500 1.500v9.600a1.500 1.500 0 0 1-1.500 1.500H2.200a1.500 1.500 0 0 1-1.500-1.500V2.200a1.500 1.500 0 0 1 1.500-1.500z',
    'M5.200 5.300a1.900 1.900 0 1 1 2.400 1.800c-.4.2-.6.5-.6 1.100m0 2v.1',
  ),
  // a bell that is struck out: nobody is notified
  suppressed: [
    {
      d: 'M3.500 9.800c1-1 1-2 1-3.600a2.500 2.500 0 0 1 5 0c0 1.600 0 2.600 1 3.600zM6.200 11.800h1.600',
      stroke: 1.3,
    },
    { d: 'm2 2 10 10', stroke: 1.3 },
  ],
  verdict: [
    { d: 'M7 1v11M2.500 4h9M4.500 12h5', stroke: 1.4 },
    { d: 'M.8 8.200 2.500 4l1.700 4.200zM9.800 8.200 11.500 4l1.700 4.200z', stroke: 1.2 },
  ],
  // states
  stateRunning: PLAY,
  stateDormant: [
    { d: 'M9.500 9.800A4.800 4.800 0 0 1 5.200 2.700a4.800 4.800 0 1 0 6.100 6.400 4.800 4.800 0 0 1-1.800.7z' },
  ],
  stateStopped: [{ d: 'M3.200 3.200h7.600v7.600H3.200z' }],
  stateAbnormal: [
    { d: 'M7 1.800 13 12.200H1z', stroke: 1.5 },
    { d: 'M7 5.500v3m0 1.800v.1', stroke: 1.6 },
  ],
};

export const partsOf = (shape: string): readonly GlyphPart[] => GLYPHS[shape] ?? GLYPHS['unknown'] ?? [];

/** The name of a state's glyph. */
export function stateGlyph(state: string): string {
  return `state${state.charAt(0).toUpperCase()}${state.slice(1)}`;
}

/** Each path is read once. */
const paths = new Map<string, Path2D>();

function pathOf(d: string): Path2D {
  const path = paths.get(d) ?? new Path2D(d);
  paths.set(d, path);
  return path;
}

/** Draws a glyph `size` wide with its upper left corner at x, y. */
export function paintGlyph(
  ctx: PaintContext,
  shape: string,
  place: { x: number; y: number; size: number },
  { colour, under }: { colour: string; under: string },
): void {
  ctx.save();
  ctx.translate(place.x, place.y);
  ctx.scale(place.size / SIZE, place.size / SIZE);
  ctx.lineCap = 'round';
  ctx.lineJoin = 'round';
  for (const { d, stroke, isCutOut, dash } of partsOf(shape)) {
    const ink = isCutOut ? under : colour;
    if (stroke === undefined) {
      ctx.fillStyle = ink;
      ctx.fill(pathOf(d));
    } else {
      ctx.strokeStyle = ink;
      ctx.lineWidth = stroke;
      ctx.setLineDash(dash ? [...dash] : []);
      ctx.stroke(pathOf(d));
    }
  }
  ctx.restore();
}
