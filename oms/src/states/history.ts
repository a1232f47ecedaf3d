import type { RawState } from '@faultline/contracts';
import { sql } from 'kysely';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { LONG_MS, prepared, preparedForMany, type OmsDatabase } from '../database/index.ts';
import { drawBar, type BarOptions, type Gap, type Segment, type StateInterval } from './bar.ts';
import { reductionOf } from './drawn.ts';

interface Range {
  from: number;
  to: number;
}

/** How many intervals before the drawn range are looked at to know "the state before" of the first one in it. */
const INTERVALS_BEFORE = 8;
/** A range with more intervals is drawn in pieces: drawing costs more than twice as much for twice as many. */
const MAX_INTERVALS = 2000;

/** What is known of a VM in a part of a range. */
export interface HistoryPiece {
  /** Drawn states, oldest first, clipped to the part. */
  segments: Segment[];
  /** Where nothing is known, also where that reaches out of the part. */
  gaps: Gap[];
  /** The moments from which on the VM had no process on a host, so that its counters began anew, oldest first. */
  stops: number[];
}

/** The drawn states of a VM that touch a range, unclipped, oldest first; of very many the newest. */
export async function stateBar(db: OmsDatabase, vm: string, range: Range, options: BarOptions): Promise<Segment[]> {
  const intervals = await intervalsAround(db, vm, range, options);
  const gaps = await gapsAround(db, vm, intervals, range, options);
  return drawBar(intervals, gaps, options).filter(({ from, to }) => to >= range.from && from <= range.to);
}

/** What is known of a VM in a range, however much that is, oldest first and in parts that can be worked on at once. */
export async function* stateHistory(
  db: OmsDatabase,
  vm: string,
  range: Range,
  options: BarOptions & { maxIntervals?: number },
): AsyncGenerator<HistoryPiece> {
  const { maxIntervals = MAX_INTERVALS } = options;
  const intervals = await intervalsAround(db, vm, range, options, maxIntervals + 1);
  if (intervals.length > maxIntervals && range.to - range.from > 1) {
    const middle = Math.floor((range.from + range.to) / 2);
    await nextTurn();
    yield* stateHistory(db, vm, { from: range.from, to: middle }, options);
    yield* stateHistory(db, vm, { from: middle, to: range.to }, options);
    return;
  }
  const gaps = await gapsAround(db, vm, intervals, range, options);
  const segments = drawBar(intervals, gaps, options).flatMap((segment) => clipped(segment, range));
  const stops = intervals.filter(({ raw }) => raw.state === 'shutoff').map(({ from }) => from);
  yield { segments, gaps, stops: stops.sort((a, b) => a - b) };
}

/** Nothing where it lies outside the range; what only touches the end begins in the next part, if there is one. */
function clipped(segment: Segment, { from, to }: Range): Segment[] {
  if (segment.to < from || segment.from > to) return [];
  if (segment.from < segment.to && (segment.to === from || segment.from === to)) return [];
  return [
    {
      ...segment,
      from: Math.max(segment.from, from),
      to: Math.min(segment.to, to),
      open: segment.open && segment.to <= to,
    },
  ];
}

/** What an interval is drawn from. */
const INTERVAL_COLUMNS = ['host', 'from_at', 'from_id', 'to_at', 'state', 'reason', 'source'] as const;

const findIntervals = preparedForMany(
  [...INTERVAL_COLUMNS, 'is_before'],
  (db, values: { vm: string; from: number; longBefore: number; to: number; limit: number; limitBefore: number }) => {
    const { vm, from, longBefore, to, limit, limitBefore } = values;
    const ofVm = db.selectFrom('state_intervals').select(INTERVAL_COLUMNS).where('vm', '=', vm);
    const latestFirst = ofVm.orderBy('from_at', 'desc').orderBy('from_id', 'desc');
    // Two questions, each with its index: see database/overlap.ts.
    const short = latestFirst
      .where('from_at', '>=', longBefore)
      .where('from_at', '<=', to)
      .where('to_at', '>=', from)
      .limit(limit);
    const long = latestFirst
      .where('from_at', '<', longBefore)
      .where('to_at', '>=', from)
      .where(sql<boolean>`to_at - from_at > 86400000`)
      .limit(limit);
    const before = latestFirst.where('from_at', '<', from).where('to_at', '<', from).limit(limitBefore);
    const all = (query: typeof short, isBefore: 0 | 1) =>
      db
        .selectFrom(query.as('found'))
        .selectAll()
        .select(sql<number>`${sql.lit(isBefore)}`.as('is_before'));
    return all(short, 0).unionAll(all(long, 0)).unionAll(all(before, 1));
  },
);

/** Oldest first, with those before the range that say what was so when it began. */
async function intervalsAround(
  db: OmsDatabase,
  vm: string,
  range: Range,
  { staleAfterMs }: BarOptions,
  limit = MAX_INTERVALS,
): Promise<StateInterval[]> {
  const from = range.from - staleAfterMs;
  const bounds = { from, longBefore: from - LONG_MS, to: range.to + staleAfterMs };
  const rows = await findIntervals(db, { vm, ...bounds, limit, limitBefore: INTERVALS_BEFORE });
  rows.sort((a, b) => a.from_at - b.from_at || (a.from_id < b.from_id ? -1 : 1));
  const touching = rows.filter(({ is_before }) => is_before === 0).map(intervalOf);
  const before = rows.filter(({ is_before }) => is_before === 1).map(intervalOf);
  return [...statesBefore(touching, before.reverse()), ...touching];
}

/**
 * What must be known of the time before a range: where the first state of a host in it is drawn as the one before, that one.
 *
 * @param before latest first
 */
function statesBefore(touching: StateInterval[], before: StateInterval[]): StateInterval[] {
  const hosts = [...new Set(touching.map(({ host }) => host))];
  return hosts.flatMap((host) => {
    let follower = touching.find((interval) => interval.host === host);
    const found: StateInterval[] = [];
    for (const interval of before.filter((one) => one.host === host)) {
      if (follower === undefined || reductionOf(follower.raw) !== 'before') break;
      found.unshift(interval);
      follower = interval;
    }
    return found;
  });
}

/** What a host told of its gaps, and its cycles that did not reach libvirtd. */
const gapsOf = ({ host, from, to }: { host: string; from: number; to: number }) => sql<{
  from_at: number;
  to_at: number;
}>`
  select from_at, to_at from observation_gaps where host = ${host} and to_at >= ${from} and from_at <= ${to}
  union all
  select at as from_at, at as to_at from cycles where host = ${host} and up = 0 and at >= ${from} and at <= ${to}`;

const findAnyGap = prepared(
  (_db, range: { host: string; from: number; to: number }) => sql<object>`${gapsOf(range)} limit 1`,
);

const findGaps = prepared(
  (
    _db,
    { vm, host, from, to, staleAfterMs }: { vm: string; host: string; from: number; to: number; staleAfterMs: number },
  ) => sql<{ from_at: number; to_at: number }>`
      select distinct
        coalesce(
          (select max(o.at) from state_observations o where o.vm = ${vm} and o.host = ${host}
            and o.at <= g.from_at and o.at >= g.from_at - ${staleAfterMs}),
          g.from_at) as from_at,
        coalesce(
          (select min(o.at) from state_observations o where o.vm = ${vm} and o.host = ${host}
            and o.at >= g.to_at and o.at <= g.to_at + ${staleAfterMs}),
          case when g.to_at <= (select i.to_at from state_intervals i where i.vm = ${vm} and i.host = ${host}
            and i.from_at <= g.to_at order by i.from_at desc, i.from_id desc limit 1) then g.to_at end,
          (select min(i.from_at) from state_intervals i where i.vm = ${vm} and i.host = ${host} and i.from_at >= g.to_at),
          -1) as to_at
      from (${gapsOf({ host, from, to })}) g
      order by from_at`,
);

/**
 * What a host told of its gaps, and its cycles that did not reach libvirtd, each widened to the observations of this VM
 * around it: only these are known. An observation that is farther away than a silence is looked for among the intervals; and where
 * observations were pruned, which go before the intervals that are made of them, a gap in an interval is as long as it was told.
 */
async function gapsAround(
  db: OmsDatabase,
  vm: string,
  intervals: StateInterval[],
  range: Range,
  { staleAfterMs }: BarOptions,
): Promise<Gap[]> {
  const from = intervals.reduce((first, interval) => Math.min(first, interval.to), range.from - staleAfterMs);
  const to = range.to + staleAfterMs;
  const hosts = [...new Set(intervals.map(({ host }) => host))];
  const gaps: Gap[] = [];
  for (const host of hosts) {
    // Most hosts have none, and PostgreSQL takes longer to plan the widening than for all else of a chart.
    if ((await findAnyGap(db, { host, from, to })).length === 0) continue;
    const told = await findGaps(db, { vm, host, from, to, staleAfterMs });
    gaps.push(...told.map((row) => ({ host, from: row.from_at, to: row.to_at < 0 ? Infinity : row.to_at })));
  }
  return gaps;
}

/** An interval as it is stored. */
export const intervalOf = (
  row: RawState & { host: string; from_at: number; to_at: number; source: StateInterval['source'] },
): StateInterval => ({
  host: row.host,
  from: row.from_at,
  to: row.to_at,
  raw: { state: row.state, reason: row.reason },
  source: row.source,
});
