/** The one x scale of all layers (A17): ms since the epoch to CSS pixels in the chart. */
export interface TimeScale {
  from: number;
  to: number;
  /** x of `from`. */
  left: number;
  width: number;
}

/** A horizontal band of the chart, in CSS pixels from its top. */
export interface Band {
  top: number;
  height: number;
}

export function xOf(scale: TimeScale, time: number): number {
  return scale.left + ((time - scale.from) / (scale.to - scale.from)) * scale.width;
}

export function timeAt(scale: TimeScale, x: number): number {
  return scale.from + ((x - scale.left) / scale.width) * (scale.to - scale.from);
}

export function rightOf(scale: TimeScale): number {
  return scale.left + scale.width;
}

/** x of a time that may lie outside the range, held at the chart's edges. */
export function clampedX(scale: TimeScale, time: number): number {
  return Math.min(Math.max(xOf(scale, time), scale.left), rightOf(scale));
}
