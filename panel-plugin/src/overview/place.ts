import type { PlaceOptions } from '../timeline/layer.ts';
import { LEVEL_SEVERITY } from '../timeline/layers/alarms.ts';
import { endOf } from '../timeline/layers/operations.ts';
import { SILENCE_MS, state, type StateBox } from '../timeline/layers/state.ts';
import type { TimeTick } from '../timeline/layers/timeAxis.ts';
import type { AlarmLevel, Timeline } from '../timeline/model.ts';
import type { TimeScale } from '../timeline/scale.ts';

export type Order = 'worst' | 'name';

/** One VM of the overview. */
export interface OverviewRow {
  /** Of its timeline, see {@link keyOf}. */
  key: string;
  name: string;
  /** At the end of the range, or now where that is earlier. */
  state: StateBox['state'];
  raw: string;
  /** Alarms that are not cleared, and the worst of them. */
  openAlarms: number;
  worstAlarm: AlarmLevel | null;
  /** Operations of the range that failed or timed out. */
  failedOperations: number;
  /** Of the state bar; `y` is counted from the top of the row. */
  boxes: StateBox[];
}

export interface OverviewLayout {
  rowHeight: number;
  /** Of the bar in its row. */
  bar: { top: number; height: number };
  /** Widths of the columns before the bar; where a bar has a line of its own, of those above it. */
  name: number;
  state: number;
  counts: number;
  scale: TimeScale;
  narrow: boolean;
}

/** Of the time labels below the bars. */
export const AXIS_HEIGHT = 34;
/** Below this width a VM's name stands above its bar. */
const WIDE = 560;
const EDGE = 8;
/** Room for the scroll bar. */
const RIGHT = 18;
const BADNESS: Partial<Record<OverviewRow['state'], number>> = { abnormal: 3, 'no-data': 2, unknown: 1 };

/** Which VM it is, also after new data. */
export function keyOf({ vm }: Timeline): string {
  return vm?.uuid || vm?.name || '';
}

/** Where the columns are, in CSS pixels. */
export function layOut(width: number, range: { from: number; to: number }): OverviewLayout {
  const { from } = range;
  const to = Math.max(range.to, from + 1);
  const narrow = width < WIDE;
  if (narrow) {
    const scale = { from, to, left: EDGE, width: Math.max(width - EDGE - RIGHT, 1) };
    return {
      rowHeight: 46,
      bar: { top: 23, height: 16 },
      name: width - EDGE - RIGHT - 160,
      state: 90,
      counts: 70,
      scale,
      narrow,
    };
  }
  const name = Math.round(Math.min(Math.max(width * 0.18, 110), 240));
  const [state, counts] = [96, 84];
  const left = EDGE + name + state + counts;
  const scale = { from, to, left, width: Math.max(width - left - RIGHT, 1) };
  return { rowHeight: 26, bar: { top: 4, height: 18 }, name, state, counts, scale, narrow };
}

/** The rows in their order, each with its state bar placed on the one shared scale. */
export function placeOverview(
  timelines: readonly Timeline[],
  { scale, bar }: Pick<OverviewLayout, 'scale' | 'bar'>,
  order: Order,
): OverviewRow[] {
  const rows = timelines.map((timeline): OverviewRow => {
    const open = timeline.alarms.filter((alarm) => alarm.to === null && alarm.from <= scale.to);
    const worst = open.reduce<AlarmLevel | null>(
      (level, alarm) => (level === null || LEVEL_SEVERITY[alarm.level] > LEVEL_SEVERITY[level] ? alarm.level : level),
      null,
    );
    const failed = timeline.operations.filter(
      (mark) =>
        (mark.result === 'failed' || mark.result === 'timeout') &&
        mark.from <= scale.to &&
        endOf(mark, timeline) >= scale.from,
    );
    return {
      key: keyOf(timeline),
      name: timeline.vm?.name ?? '',
      ...stateAt(timeline, scale.to),
      openAlarms: open.length,
      worstAlarm: worst,
      failedOperations: failed.length,
      boxes: state.place(timeline, scale, { ...NO_LABELS, band: bar }),
    };
  });
  return rows.sort(order === 'name' ? byName : byBadness);
}

/** Bars this thin carry no words. */
export const NO_LABELS: Omit<PlaceOptions, 'band'> = {
  maxRows: 1,
  barTop: 0,
  maxLabelWidth: 0,
  measure: () => Infinity,
  words: { state: () => '', operationKind: () => '', fault: () => '' },
  thresholds: { mode: 'off', steps: [] },
  valueLabel: () => '',
  zoneOffsetMs: () => 0,
  timeLabel: () => ({ time: '', date: '' }),
};

function stateAt({ states, now }: Timeline, rangeEnd: number): Pick<OverviewRow, 'state' | 'raw'> {
  const at = Math.min(rangeEnd, now);
  const last = states.findLast((interval) => interval.from < at);
  return last && at - last.to < SILENCE_MS ? { state: last.state, raw: last.raw } : { state: 'no-data', raw: '' };
}

const collator = new Intl.Collator('en', { numeric: true });

function byName(one: OverviewRow, other: OverviewRow): number {
  return collator.compare(one.name, other.name);
}

function byBadness(one: OverviewRow, other: OverviewRow): number {
  return (
    (BADNESS[other.state] ?? 0) - (BADNESS[one.state] ?? 0) ||
    severity(other) - severity(one) ||
    other.openAlarms - one.openAlarms ||
    other.failedOperations - one.failedOperations ||
    byName(one, other)
  );
}

function severity({ worstAlarm }: OverviewRow): number {
  return worstAlarm === null ? -1 : LEVEL_SEVERITY[worstAlarm];
}

/** Half a label, in CSS pixels: nearer to the left edge it would be cut. */
const HALF_LABEL = 26;

/** The ticks whose labels are whole; the date of one left out moves to the next. */
export function insideTicks(ticks: readonly TimeTick[]): TimeTick[] {
  const [first, second, ...others] = ticks;
  if (!first || first.x >= HALF_LABEL) {
    return [...ticks];
  }
  return second ? [{ ...second, date: second.date || first.date }, ...others] : [];
}

/** Which rows are seen, with one more at each end: the first, and the one after the last. */
export function rowsInView(scrollTop: number, height: number, rowHeight: number, count: number): [number, number] {
  const first = Math.floor(scrollTop / rowHeight) - 1;
  const end = Math.ceil((scrollTop + height) / rowHeight) + 1;
  return [Math.min(Math.max(first, 0), count), Math.min(Math.max(end, 0), count)];
}

/** How far to scroll so that a row is seen whole: not at all where it is. */
export function scrollTo(row: number, scrollTop: number, height: number, rowHeight: number): number {
  const top = row * rowHeight;
  return Math.max(Math.min(scrollTop, top), top + rowHeight - height, 0);
}
