import { layers, type SwitchedLayer } from './layers/index.ts';
import type { PaintContext, PlaceOptions } from './layer.ts';
import { ROW_HEIGHT } from './labels.ts';
import type { Timeline } from './model.ts';
import type { Band, TimeScale } from './scale.ts';
import type { TimelineTheme } from './theme.ts';
import { THIN_LANE } from './thinLane.ts';

export type LabelLaneName = 'verdicts' | 'alarms' | 'operations';
type ThinLaneName = 'hostState' | 'connectivity';

/** The lanes of labels, from the top one to the one just above the state bar. */
const LABEL_LANES: readonly LabelLaneName[] = ['verdicts', 'alarms', 'operations'];
const THIN_LANES: readonly ThinLaneName[] = ['hostState', 'connectivity'];

/** The whole chart: where each band and each thing in it is, in CSS pixels from its top left corner. */
export interface Picture {
  width: number;
  height: number;
  scale: TimeScale;
  /** A lane with nothing in it, or switched off, has no height. */
  bands: Record<'cpu' | ThinLaneName | LabelLaneName | 'stateBar' | 'axis', Band>;
  boxes: { [Id in keyof typeof layers]: ReturnType<(typeof layers)[Id]['place']> };
}

export interface PictureOptions extends Pick<
  PlaceOptions,
  'measure' | 'words' | 'zoneOffsetMs' | 'timeLabel' | 'valueLabel' | 'thresholds' | 'maxLabelWidth'
> {
  width: number;
  height: number;
  from: number;
  to: number;
  /** Width of the column left of the chart, for the names of the bands. */
  gutter: number;
  hidden: ReadonlySet<SwitchedLayer>;
}

const TOP = 10;
const RIGHT = 14;
/** Of the labels of further series' axis. */
const RIGHT_AXIS = 56;
const BETWEEN_BANDS = 6;
/** From the lowest labels to the bar: room for the notches. */
const ABOVE_BAR = 7;
/** The CPU's share of the height, and what it has at least. */
const CPU_SHARE = 0.4;
const CPU_MIN = 60;
const MAX_LANE_ROWS = 12;
/** From here on there is room for a taller bar, for dates in a line of their own and for thin lanes. */
const ROOMY_HEIGHT = 240;

/**
 * Lays the picture out from below (A12-A17): the time labels, the x axis, the state bar just above it, rows of labels, as many as they need,
 * the thin lanes, and the rest for the CPU.
 */
export function placePicture(timeline: Timeline, options: PictureOptions): Picture {
  const { width, height } = options;
  const shown = without(timeline, options.hidden);
  const roomy = height >= ROOMY_HEIGHT;
  const axisHeight = roomy ? 36 : 20;
  const barHeight = roomy ? 24 : 20;
  const axis: Band = { top: height - axisHeight, height: axisHeight };
  const stateBar: Band = { top: axis.top - barHeight, height: barHeight };
  const scale: TimeScale = {
    from: options.from,
    to: Math.max(options.to, options.from + 1),
    left: options.gutter,
    width: Math.max(width - options.gutter - (shown.others.length > 0 ? RIGHT_AXIS : RIGHT), 1),
  };
  const common = { ...options, barTop: stateBar.top, maxRows: 1 };
  const thin = { hostState: roomy && shown.hosts.length > 0, connectivity: roomy && shown.connectivity.length > 0 };
  const thinHeight = THIN_LANES.filter((lane) => thin[lane]).length * (THIN_LANE.height + THIN_LANE.gap);
  const lanesBottom = stateBar.top - ABOVE_BAR;
  const rows = shareRows(shown, scale, common, lanesBottom - TOP - thinHeight - 3 * BETWEEN_BANDS);

  let bottom = lanesBottom;
  const bandAbove = (bandHeight: number, gap: number): Band => {
    const band = { top: bottom - bandHeight, height: bandHeight };
    bottom = band.top - (bandHeight > 0 ? gap : 0);
    return band;
  };
  const operationsBand = bandAbove(rows.operations * ROW_HEIGHT, BETWEEN_BANDS);
  const alarmsBand = bandAbove(rows.alarms * ROW_HEIGHT, BETWEEN_BANDS);
  const verdictsBand = bandAbove(rows.verdicts * ROW_HEIGHT, BETWEEN_BANDS);
  const connectivityBand = bandAbove(thin.connectivity ? THIN_LANE.height : 0, THIN_LANE.gap);
  const hostBand = bandAbove(thin.hostState ? THIN_LANE.height : 0, THIN_LANE.gap);
  // The name of a thin lane keeps clear of the 0 % beside it.
  const belowCpu = thinHeight > 0 ? BETWEEN_BANDS : 0;
  const bands: Picture['bands'] = {
    cpu: { top: TOP, height: Math.max(Math.min(bottom - belowCpu, lanesBottom - BETWEEN_BANDS) - TOP, 1) },
    hostState: hostBand,
    connectivity: connectivityBand,
    verdicts: verdictsBand,
    alarms: alarmsBand,
    operations: operationsBand,
    stateBar,
    axis,
  };
  const inLane = (lane: LabelLaneName) => ({ ...common, band: bands[lane], maxRows: Math.max(rows[lane], 1) });
  return {
    width,
    height,
    scale,
    bands,
    boxes: {
      timeAxis: layers.timeAxis.place(shown, scale, { ...common, band: axis }),
      cpu: layers.cpu.place(shown, scale, { ...common, band: bands.cpu }),
      others: layers.others.place(shown, scale, { ...common, band: bands.cpu }),
      hostState: thin.hostState ? layers.hostState.place(shown, scale, { ...common, band: hostBand }) : [],
      connectivity: thin.connectivity
        ? layers.connectivity.place(shown, scale, { ...common, band: connectivityBand })
        : [],
      state: layers.state.place(timeline, scale, { ...common, band: stateBar }),
      operations: layers.operations.place(shown, scale, inLane('operations')),
      alarms: layers.alarms.place(shown, scale, inLane('alarms')),
      verdicts: layers.verdicts.place(shown, scale, inLane('verdicts')),
    },
  };
}

/** The percent axis: what is written at which y, as many as there is room for. */
export function percentTicks({ top, height }: Band): { percent: number; y: number }[] {
  const percents = height >= 110 ? [0, 25, 50, 75, 100] : [0, 50, 100];
  return percents.map((percent) => ({ percent, y: top + height * (1 - percent / 100) }));
}

/** The timeline without what is switched off. */
function without(timeline: Timeline, hidden: ReadonlySet<SwitchedLayer>): Timeline {
  const { counted } = timeline;
  return {
    ...timeline,
    ...(hidden.has('cpu') ? { cpu: { times: [], values: [], lows: [], highs: [] } } : {}),
    ...(hidden.has('others') ? { others: [] } : {}),
    ...(hidden.has('hostState') ? { hosts: [] } : {}),
    ...(hidden.has('connectivity') ? { connectivity: [] } : {}),
    ...(hidden.has('operations') ? { operations: [] } : {}),
    ...(hidden.has('alarms') ? { alarms: [] } : {}),
    ...(hidden.has('verdicts') ? { verdicts: [] } : {}),
    counted: {
      operations: hidden.has('operations') ? [] : counted.operations,
      alarms: hidden.has('alarms') ? [] : counted.alarms,
    },
  };
}

/**
 * Rows for each lane: what it needs, and where that is too much, an equal share each, those below taking what those above leave. Each that
 * has labels has a row.
 */
function shareRows(
  timeline: Timeline,
  scale: TimeScale,
  common: Omit<PlaceOptions, 'band'>,
  heightForAll: number,
): Record<LabelLaneName, number> {
  const cpuHeight = Math.max(CPU_MIN, CPU_SHARE * heightForAll);
  const total = Math.max(2, Math.floor((heightForAll - cpuHeight) / ROW_HEIGHT));
  const trial = { ...common, maxRows: Math.min(total, MAX_LANE_ROWS), band: { top: 0, height: 0 } };
  const rows = { verdicts: 0, alarms: 0, operations: 0 };
  const needs = LABEL_LANES.map((lane) => ({ lane, rows: layers[lane].place(timeline, scale, trial).rows }));
  const busy = needs.filter((need) => need.rows > 0).sort((a, b) => a.rows - b.rows);
  let left = Math.max(total, busy.length);
  for (const [index, need] of busy.entries()) {
    rows[need.lane] = Math.min(need.rows, Math.floor(left / (busy.length - index)));
    left -= rows[need.lane];
  }
  return rows;
}

/** Paints all layers; `ctx` is scaled so that a unit is a CSS pixel of the chart. */
export function paintPicture(ctx: PaintContext, { boxes }: Picture, theme: TimelineTheme): void {
  layers.timeAxis.paint(ctx, boxes.timeAxis, theme);
  layers.cpu.paint(ctx, boxes.cpu, theme);
  layers.others.paint(ctx, boxes.others, theme);
  layers.hostState.paint(ctx, boxes.hostState, theme);
  layers.connectivity.paint(ctx, boxes.connectivity, theme);
  layers.state.paint(ctx, boxes.state, theme);
  layers.operations.paint(ctx, boxes.operations, theme);
  layers.alarms.paint(ctx, boxes.alarms, theme);
  layers.verdicts.paint(ctx, boxes.verdicts, theme);
  layers.state.paintOver?.(ctx, boxes.state, theme);
  layers.operations.paintOver?.(ctx, boxes.operations, theme);
  layers.alarms.paintOver?.(ctx, boxes.alarms, theme);
  layers.verdicts.paintOver?.(ctx, boxes.verdicts, theme);
}
