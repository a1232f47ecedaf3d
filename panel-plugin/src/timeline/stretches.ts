import { number, oneOf, text, time, timeEnd, type Row } from './cells.ts';
import type { ConnectivityStretch, CountedMarks, GuestVerdict, HostStretch, StateInterval } from './model.ts';

const HOST_STATES = ['normal', 'abnormal', 'unknown'] as const;
const VERDICTS: readonly GuestVerdict[] = [
  'ok',
  'gateway-abnormal',
  'external-abnormal',
  'both-abnormal',
  'tool-missing',
  'agent-unavailable',
  'unknown',
];

/**
 * How the host that the VM was on was, stretch by stretch: of each host only from when the VM was first on it until it was on another. The
 * last host goes on: when a host fails, that is the only word on its VMs.
 */
export function hostsFrom(rows: readonly Row[], states: readonly StateInterval[], heard: number): HostStretch[] {
  const stays = staysOf(states);
  const stretches: HostStretch[] = [];
  for (const row of rows) {
    const host = text(row['host']);
    const state = hostStateIn(row);
    for (const stay of stays.length > 0
      ? stays.filter((one) => one.host === host)
      : [{ from: -Infinity, to: Infinity }]) {
      const from = Math.max(time(row), stay.from);
      const to = Math.min(timeEnd(row) ?? heard, stay.to);
      if (to > from) {
        stretches.push({ from, to, host, state, reasons: text(row['reasons']), count: number(row['count']) ?? 1 });
      }
    }
  }
  return withoutOverlap(stretches.sort((a, b) => a.from - b.from));
}

/**
 * A bad box is the worst that can be told, and a libvirtd that does not answer the next. Where nothing is known of the box, as in most
 * that have no sensors, what is shown is that libvirtd answered.
 */
function hostStateIn({ state, reached }: Row): HostStretch['state'] {
  const isReached = reached === true || reached === 1;
  const isTold = reached !== null && reached !== undefined;
  const judged = oneOf(HOST_STATES, state, 'unknown');
  const saysNothing = state === null || state === undefined || state === 'unknown';
  if (judged !== 'abnormal' && isTold && !isReached) {
    return 'unreached';
  }
  return saysNothing && isTold ? 'reached' : judged;
}

/** On which host the VM was, from when to when; before the first and after the last word on it, the nearest one. */
function staysOf(states: readonly StateInterval[]): { host: string; from: number; to: number }[] {
  const stays: { host: string; from: number; to: number }[] = [];
  for (const { host, from } of states) {
    const last = stays.at(-1);
    if (last?.host !== host) {
      if (last) {
        last.to = from;
      }
      stays.push({ host, from: last ? from : -Infinity, to: Infinity });
    }
  }
  return stays;
}

/** What looking into the guest found, each until the next look. */
export function connectivityFrom(rows: readonly Row[], heard: number): ConnectivityStretch[] {
  const stretches = rows.map((row): ConnectivityStretch => ({
    from: time(row),
    to: Math.min(timeEnd(row) ?? heard, heard),
    verdict: oneOf(VERDICTS, row['verdict'], 'unknown'),
    agent: text(row['agent']),
    host: text(row['host']),
    count: number(row['count']) ?? 1,
  }));
  return withoutOverlap(stretches.filter(({ from, to }) => to > from));
}

/** A later stretch cuts an earlier one. */
function withoutOverlap<Stretch extends { from: number; to: number }>(ordered: readonly Stretch[]): Stretch[] {
  return ordered
    .map((stretch, i) => ({ ...stretch, to: Math.min(stretch.to, ordered[i + 1]?.from ?? Infinity) }))
    .filter(({ from, to }) => to > from);
}

/** What the OMS counted instead of sending each; `levels` are the words for the worst, the worst first. */
export function countedFrom<Worst extends string>(
  rows: readonly Row[],
  levels: readonly Worst[],
  unreadable: Worst,
): CountedMarks<Worst>[] {
  return rows.flatMap((row) => {
    const count = number(row['count']) ?? 0;
    const from = time(row);
    return count > 0
      ? [
          {
            from,
            to: timeEnd(row) ?? from,
            count,
            failed: number(row['failed']) ?? 0,
            worst: oneOf(levels, row['worst'], unreadable),
          },
        ]
      : [];
  });
}
