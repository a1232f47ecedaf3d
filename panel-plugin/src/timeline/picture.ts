import { layers } from './layers/index.ts';
import type { PaintContext, PlaceOptions } from './layer.ts';
import { ROW_HEIGHT } from './labels.ts';
import type { Timeline } from './model.ts';
import type { Band, TimeScale } from './scale.ts';
import type { TimelineTheme } from './theme.ts';

/** The whole chart: where each band and each thing in it is, in CSS pixels from its top left corner. */
export interface Picture {
  width: number;
  height: number;
  scale: TimeScale;
  bands: { cpu: Band; alarms: Band; operations: Band; stateBar: Band; axis: Band };
  boxes: { [Id in keyof typeof layers]: ReturnType<(typeof layers)[Id]['place']> };
}

export interface PictureOptions extends Pick<
  PlaceOptions,
  'measure' | 'words' | 'zoneOffsetMs' | 'timeLabel' | 'maxLabelWidth'
> {
  width: number;
  height: number;
  from: number;
  to: number;
  /** Width of the column left of the chart, for the names of the bands. */
  gutter: number;
  showOperations: boolean;
  showAlarms: boolean;
}

const TOP = 10;
const RIGHT = 14;
const BETWEEN_BANDS = 6;
/** From the lowest labels to the bar: room for the notches. */
const ABOVE_BAR = 7;
/** The CPU's share of the height, and what it has at least. */
const CPU_SHARE = 0.4;
const CPU_MIN = 60;
const MAX_LANE_ROWS = 12;
/** From here on there is room for a taller bar and for dates in a line of their own. */
const ROOMY_HEIGHT = 240;

/**
 * Lays the picture out from below (A12-A17): the time labels, the x axis, the state bar just above it, rows of operation
 * and of alarm labels, as many as they need, and the rest for the CPU.
 */
export function placePicture(timeline: Timeline, options: PictureOptions): Picture {
  const { width, height } = options;
  const roomy = height >= ROOMY_HEIGHT;
  const axisHeight = roomy ? 36 : 20;
  const barHeight = roomy ? 24 : 20;
  const axis: Band = { top: height - axisHeight, height: axisHeight };
  const stateBar: Band = { top: axis.top - barHeight, height: barHeight };
  const scale: TimeScale = {
    from: options.from,
    to: Math.max(options.to, options.from + 1),
    left: options.gutter,
    width: Math.max(width - options.gutter - RIGHT, 1),
  };
  const shown: Timeline = {
    ...timeline,
    operations: options.showOperations ? timeline.operations : [],
    alarms: options.showAlarms ? timeline.alarms : [],
  };
  const common = { ...options, barTop: stateBar.top, maxRows: 1 };
  const lanesBottom = stateBar.top - ABOVE_BAR;
  const rows = shareRows(shown, scale, common, lanesBottom - TOP - 2 * BETWEEN_BANDS);

  const laneAbove = (bottom: number, rowCount: number): Band => ({
    top: bottom - rowCount * ROW_HEIGHT,
    height: rowCount * ROW_HEIGHT,
  });
  const operationsBand = laneAbove(lanesBottom, rows.operations);
  const alarmsBand = laneAbove(
    operationsBand.top - (rows.operations > 0 && rows.alarms > 0 ? BETWEEN_BANDS : 0),
    rows.alarms,
  );
  const cpuBand: Band = { top: TOP, height: Math.max(alarmsBand.top - BETWEEN_BANDS - TOP, 1) };
  return {
    width,
    height,
    scale,
    bands: { cpu: cpuBand, alarms: alarmsBand, operations: operationsBand, stateBar, axis },
    boxes: {
      timeAxis: layers.timeAxis.place(shown, scale, { ...common, band: axis }),
      cpu: layers.cpu.place(shown, scale, { ...common, band: cpuBand }),
      state: layers.state.place(timeline, scale, { ...common, band: stateBar }),
      operations: layers.operations.place(shown, scale, {
        ...common,
        band: operationsBand,
        maxRows: Math.max(rows.operations, 1),
      }),
      alarms: layers.alarms.place(shown, scale, { ...common, band: alarmsBand, maxRows: Math.max(rows.alarms, 1) }),
    },
  };
}

/** Rows for each lane: what it needs, and where that is too much, a half each, the operations taking what alarms leave. */
function shareRows(
  timeline: Timeline,
  scale: TimeScale,
  common: Omit<PlaceOptions, 'band'>,
  heightForAll: number,
): { operations: number; alarms: number } {
  const cpuHeight = Math.max(CPU_MIN, CPU_SHARE * heightForAll);
  const total = Math.max(2, Math.floor((heightForAll - cpuHeight) / ROW_HEIGHT));
  const trial = { ...common, maxRows: Math.min(total, MAX_LANE_ROWS), band: { top: 0, height: 0 } };
  const alarms = layers.alarms.place(timeline, scale, trial).rows;
  const operations = layers.operations.place(timeline, scale, trial).rows;
  if (alarms + operations <= total) {
    return { alarms, operations };
  }
  const forAlarms = Math.min(alarms, Math.max(Math.floor(total / 2), total - operations));
  return { alarms: forAlarms, operations: total - forAlarms };
}

/** Paints all layers; `ctx` is scaled so that a unit is a CSS pixel of the chart. */
export function paintPicture(ctx: PaintContext, { boxes }: Picture, theme: TimelineTheme): void {
  layers.timeAxis.paint(ctx, boxes.timeAxis, theme);
  layers.cpu.paint(ctx, boxes.cpu, theme);
  layers.state.paint(ctx, boxes.state, theme);
  layers.operations.paint(ctx, boxes.operations, theme);
  layers.alarms.paint(ctx, boxes.alarms, theme);
}
