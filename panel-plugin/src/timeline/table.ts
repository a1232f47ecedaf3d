import { endOf } from './layers/operations.ts';
import type { SwitchedLayer } from './layers/index.ts';
import type { Timeline } from './model.ts';

/** One line of the timeline as a table. */
export interface TableRow {
  layer: SwitchedLayer | 'state';
  from: number;
  /** Null while it lasts, and for what has no duration. */
  to: number | null;
  /** The state, result, level or verdict, as a word of the record. */
  value: string;
  /** What it was: the hypervisor's words, the operation, the alarm. */
  what: string;
  /** Cause, reasons, who asked. */
  detail: string;
  id: string;
}

interface Range {
  from: number;
  to: number;
}

/**
 * The same as the chart shows, in order of time: for those who hear it, and to copy. Of the CPU only the highest, the lowest and the mean of
 * the range, as its line is a matter of looking.
 */
export function tableOf(timeline: Timeline, range: Range, hidden: ReadonlySet<SwitchedLayer>): TableRow[] {
  const rows: TableRow[] = [];
  const add = (row: TableRow, end: number) => {
    if (row.from <= range.to && end >= range.from && !(row.layer !== 'state' && hidden.has(row.layer))) {
      rows.push(row);
    }
  };
  for (const { from, to, state, raw, host } of timeline.states) {
    add({ layer: 'state', from, to, value: state, what: raw, detail: host, id: '' }, to);
  }
  for (const mark of timeline.operations) {
    const { id, from, to, kind, result, initiator, cause } = mark;
    const detail = [initiator, cause].filter((part) => part !== '').join(': ');
    add({ layer: 'operations', from, to, value: result, what: kind, detail, id }, endOf(mark, timeline));
  }
  for (const { id, from, to, name, level, cause } of timeline.alarms) {
    add({ layer: 'alarms', from, to, value: level, what: name, detail: cause, id }, to ?? timeline.now);
  }
  for (const { id, from, fault, recommended } of timeline.verdicts) {
    add({ layer: 'verdicts', from, to: null, value: fault, what: recommended, detail: '', id }, from);
  }
  for (const { from, to, host, state, reasons } of timeline.hosts) {
    add({ layer: 'hostState', from, to, value: state, what: host, detail: reasons, id: '' }, to);
  }
  for (const { from, to, verdict, agent, host } of timeline.connectivity) {
    add({ layer: 'connectivity', from, to, value: verdict, what: agent, detail: host, id: '' }, to);
  }
  for (const layer of ['operations', 'alarms'] as const) {
    for (const { from, to, count, worst } of timeline.counted[layer]) {
      add({ layer, from, to, value: worst, what: `${count} ×`, detail: '', id: '' }, to);
    }
  }
  return rows.sort((a, b) => a.from - b.from);
}

/** The CPU's mean, lowest and highest sample in a range, percent; null where there is none. */
export function cpuSummary(
  { cpu: { times, values, lows, highs } }: Timeline,
  { from, to }: Range,
): { mean: number; low: number; high: number } | null {
  let [sum, count, low, high] = [0, 0, Infinity, -Infinity];
  for (let i = 0; i < times.length; i++) {
    const at = times[i] ?? 0;
    const value = values[i] ?? null;
    if (value !== null && at >= from && at <= to) {
      sum += value;
      count++;
      low = Math.min(low, lows[i] ?? value);
      high = Math.max(high, highs[i] ?? value);
    }
  }
  return count === 0 ? null : { mean: sum / count, low, high };
}
