import type { DrawnState, RawState } from '@faultline/contracts';
import { sql } from 'kysely';
import { inParts, type OmsDatabase } from '../database/index.ts';
import { drawBar, type BarOptions, type Gap, type Segment, type StateInterval } from './bar.ts';
import { reductionOf } from './drawn.ts';

/** How many intervals before the drawn range are looked at to know "the state before" of the first one in it. */
const INTERVALS_BEFORE = 8;
/** A VM that changes its state more often in one range is drawn from where this many begin. */
const MAX_INTERVALS = 20_000;

/** A stretch in which a host's exporter saw nothing, as it told. */
export interface ToldGap {
  host: string;
  id: string;
  from: number;
  to: number;
  cause: string;
}

/** Stores what hosts told of their gaps. */
export async function recordGaps(db: OmsDatabase, gaps: readonly ToldGap[]): Promise<void> {
  const rows = gaps.map(({ host, id, from, to, cause }) => ({ host, id, from_at: from, to_at: to, cause }));
  await inParts(rows, 5, (part) =>
    db
      .insertInto('observation_gaps')
      .values(part)
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  );
}

/** The drawn states of a VM that touch a range, unclipped, oldest first. */
export async function stateBar(
  db: OmsDatabase,
  vm: string,
  range: { from: number; to: number },
  options: BarOptions,
): Promise<Segment[]> {
  const intervals = await intervalsAround(db, vm, range, options);
  const gaps = await gapsAround(db, vm, intervals, range, options);
  return drawBar(intervals, gaps, options).filter(({ from, to }) => to >= range.from && from <= range.to);
}

/** The gaps in what is known of a VM that touch a range. */
export async function gapsOfVm(
  db: OmsDatabase,
  vm: string,
  range: { from: number; to: number },
  options: BarOptions,
): Promise<Gap[]> {
  return await gapsAround(db, vm, await intervalsAround(db, vm, range, options), range, options);
}

/** The moments in a range from which on a VM had no process on its host, so that its counters began anew. */
export async function stopsOfVm(db: OmsDatabase, vm: string, range: { from: number; to: number }): Promise<number[]> {
  const rows = await db
    .selectFrom('state_intervals')
    .select('from_at')
    .where('vm', '=', vm)
    .where('state', '=', 'shutoff')
    .where('from_at', '>=', range.from)
    .where('from_at', '<=', range.to)
    .orderBy('from_at')
    .execute();
  return rows.map(({ from_at }) => from_at);
}

/** What is drawn now of every VM of which something is known now. */
export async function currentStates(db: OmsDatabase, options: BarOptions): Promise<Map<string, DrawnState>> {
  const since = options.now - options.staleAfterMs;
  const rows = await db
    .selectFrom('state_intervals')
    .selectAll()
    .where('to_at', '>=', since)
    .orderBy('from_at')
    .execute();
  const perVm = new Map<string, typeof rows>();
  for (const row of rows) perVm.set(row.vm, [...(perVm.get(row.vm) ?? []), row]);
  const downHosts = await hostsDownSince(db, since, options.now);
  const states = new Map<string, DrawnState>();
  for (const [vm, ofVm] of perVm) {
    const intervals = ofVm.map(intervalOf);
    // The gap of a host and what went before a passing state are worth more questions; most VMs need none.
    const isPlain = intervals.every(({ raw, host }) => reductionOf(raw) !== 'before' && !downHosts.has(host));
    const bar = isPlain
      ? drawBar(intervals, [], options)
      : await stateBar(db, vm, { from: since, to: options.now }, options);
    const last = bar.findLast(({ open }) => open);
    if (last !== undefined) states.set(vm, last.state);
  }
  return states;
}

async function hostsDownSince(db: OmsDatabase, since: number, now: number): Promise<Set<string>> {
  const down = await db
    .selectFrom('cycles')
    .select('host')
    .distinct()
    .where('up', '=', 0)
    .where('at', '>=', since)
    .where('at', '<=', now)
    .execute();
  const gaps = await db.selectFrom('observation_gaps').select('host').distinct().where('to_at', '>=', since).execute();
  return new Set([...down, ...gaps].map(({ host }) => host));
}

async function intervalsAround(
  db: OmsDatabase,
  vm: string,
  range: { from: number; to: number },
  { staleAfterMs }: BarOptions,
): Promise<StateInterval[]> {
  const ofVm = db.selectFrom('state_intervals').selectAll().where('vm', '=', vm);
  const touching = await ofVm
    .where('to_at', '>=', range.from - staleAfterMs)
    .where('from_at', '<=', range.to + staleAfterMs)
    .orderBy('from_at', 'desc')
    .orderBy('from_id', 'desc')
    .limit(MAX_INTERVALS)
    .execute();
  const before = await ofVm
    .where('to_at', '<', range.from - staleAfterMs)
    .orderBy('from_at', 'desc')
    .orderBy('from_id', 'desc')
    .limit(INTERVALS_BEFORE)
    .execute();
  return [...before.reverse(), ...touching.reverse()].map(intervalOf);
}

/**
 * What a host told of its gaps, and its cycles that did not reach libvirtd, each widened to the observations of this VM
 * around it: only these are known. An observation that is farther away than a silence is looked for among the intervals; and where
 * observations were pruned, which go before the intervals that are made of them, a gap in an interval is as long as it was told.
 */
async function gapsAround(
  db: OmsDatabase,
  vm: string,
  intervals: StateInterval[],
  range: { from: number; to: number },
  { staleAfterMs }: BarOptions,
): Promise<Gap[]> {
  const from = intervals.reduce((first, interval) => Math.min(first, interval.from), range.from - staleAfterMs);
  const to = range.to + staleAfterMs;
  const hosts = [...new Set(intervals.map(({ host }) => host))];
  const gaps: Gap[] = [];
  for (const host of hosts) {
    const told = await sql<{ from_at: number; to_at: number }>`
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
      from (
        select from_at, to_at from observation_gaps where host = ${host} and to_at >= ${from} and from_at <= ${to}
        union all
        select at as from_at, at as to_at from cycles where host = ${host} and up = 0 and at >= ${from} and at <= ${to}
      ) g
      order by from_at`.execute(db);
    gaps.push(...told.rows.map((row) => ({ host, from: row.from_at, to: row.to_at < 0 ? Infinity : row.to_at })));
  }
  return gaps;
}

const intervalOf = (
  row: RawState & { host: string; from_at: number; to_at: number; source: StateInterval['source'] },
): StateInterval => ({
  host: row.host,
  from: row.from_at,
  to: row.to_at,
  raw: { state: row.state, reason: row.reason },
  source: row.source,
});
