import type { Timeline } from './model.ts';
import type { Band, TimeScale } from './scale.ts';
import type { TimelineTheme } from './theme.ts';

/** What of a canvas' context the layers use; lengths are CSS pixels. */
export type PaintContext = Pick<
  CanvasRenderingContext2D,
  | 'save'
  | 'restore'
  | 'beginPath'
  | 'moveTo'
  | 'lineTo'
  | 'arc'
  | 'rect'
  | 'clip'
  | 'fill'
  | 'stroke'
  | 'fillRect'
  | 'strokeRect'
  | 'setLineDash'
  | 'fillStyle'
  | 'strokeStyle'
  | 'lineWidth'
  | 'lineJoin'
  | 'globalAlpha'
  | 'getTransform'
  | 'translate'
  | 'scale'
  | 'roundRect'
  | 'lineCap'
  | 'font'
  | 'textAlign'
  | 'textBaseline'
  | 'fillText'
>;

/** What every layer may ask beside the timeline and the scale. */
export interface PlaceOptions {
  /** The layer's own stretch of height; label layers fill it from the bottom and may stay under its height. */
  band: Band;
  /** Rows a label layer may use; at least 1. */
  maxRows: number;
  /** Top of the state bar, where the lines from labels end. */
  barTop: number;
  /** Of no label more than this, in CSS pixels. */
  maxLabelWidth: number;
  /** Width of a text in a label's font, in CSS pixels. */
  measure(text: string): number;
  words: Words;
  /** Local time minus UTC at a moment, in ms, in the zone that is shown. */
  zoneOffsetMs(time: number): number;
  /** How the CPU's thresholds are drawn, lowest first. */
  thresholds: { mode: 'off' | 'line' | 'area'; steps: readonly CpuThreshold[] };
  /** A value of a further series in its unit. */
  valueLabel(value: number, unit: string): string;
  /** A time label: the time of day for a step between ticks of `stepMs`, and the date. */
  timeLabel(time: number, stepMs: number): { time: string; date: string };
}

/** From which CPU value on, percent, a colour stands. */
export interface CpuThreshold {
  value: number;
  colour: string;
}

/** The words of the picture, so that this folder holds none. */
interface Words {
  state(state: string): string;
  operationKind(kind: string): string;
  fault(fault: string): string;
}

/**
 * One layer: where its things are, as plain numbers, and how they are drawn; what is read, after all layers' other things, so that nothing
 * crosses it. All without side effects but on `ctx`.
 */
export interface Layer<Boxes> {
  id: string;
  place(timeline: Timeline, scale: TimeScale, options: PlaceOptions): Boxes;
  paint(ctx: PaintContext, boxes: Boxes, theme: TimelineTheme): void;
  paintOver?(ctx: PaintContext, boxes: Boxes, theme: TimelineTheme): void;
}

/** Keeps the type of a layer's boxes while it is checked as a layer. */
export function defineLayer<Boxes>(layer: Layer<Boxes>): Layer<Boxes> {
  return layer;
}
