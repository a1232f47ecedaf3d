import { endOf } from './layers/operations.ts';
import type {
  AlarmMark,
  ConnectivityStretch,
  HostStretch,
  OperationMark,
  StateInterval,
  Timeline,
  VerdictMark,
} from './model.ts';

/** Everything that held at one moment. */
export interface Moment {
  time: number;
  /** Of the sample nearest to the moment; null where the line is broken there. */
  cpu: number | null;
  state: StateInterval | null;
  operations: OperationMark[];
  alarms: AlarmMark[];
  verdicts: VerdictMark[];
  host: HostStretch | null;
  connectivity: ConnectivityStretch | null;
  others: { name: string; unit: string; value: number | null }[];
}

/** @param reachMs how near an event without duration, and a CPU sample, must be to count */
export function momentAt(timeline: Timeline, time: number, reachMs: number): Moment {
  return {
    time,
    cpu: valueAt(timeline.cpu, time, reachMs),
    state: covering(timeline.states, time),
    operations: timeline.operations.filter((mark) => covers(mark.from, endOf(mark, timeline), time, reachMs)),
    alarms: timeline.alarms.filter((mark) => covers(mark.from, mark.to ?? timeline.now, time, reachMs)),
    verdicts: timeline.verdicts.filter((mark) => covers(mark.from, mark.from, time, reachMs)),
    host: covering(timeline.hosts, time),
    connectivity: covering(timeline.connectivity, time),
    others: timeline.others.map(({ name, unit, ...series }) => ({ name, unit, value: valueAt(series, time, reachMs) })),
  };
}

/** Of ordered stretches without overlap the one that holds at a moment. */
function covering<Stretch extends { from: number; to: number }>(all: readonly Stretch[], time: number): Stretch | null {
  const found = all[lastAtOrBefore(all, time, ({ from }) => from)];
  return found && found.to > time ? found : null;
}

/** A sample says what was so up to its time, so between two of them both are near; a break on either side is a break. */
function valueAt(
  { times, values }: { times: readonly number[]; values: readonly (number | null)[] },
  time: number,
  reachMs: number,
): number | null {
  const before = lastAtOrBefore(times, time, (at) => at);
  const after = before + 1;
  const first = times[before] ?? -Infinity;
  const second = times[after] ?? Infinity;
  const nearest = time - first <= second - time ? before : after;
  const value = values[nearest] ?? null;
  const joined = (values[before] ?? null) !== null && (values[after] ?? null) !== null;
  return joined || Math.abs((times[nearest] ?? Infinity) - time) <= reachMs ? value : null;
}

function covers(from: number, to: number, time: number, reachMs: number): boolean {
  return from - reachMs <= time && time <= to + reachMs;
}

/** Index of the last item that is not after `time`, -1 when all are. */
function lastAtOrBefore<Item>(items: readonly Item[], time: number, at: (item: Item) => number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at(items[middle] as Item) <= time) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low - 1;
}
