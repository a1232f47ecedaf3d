import type { DrawnState, RawState } from '@faultline/contracts';
import { sql } from 'kysely';
import type { OmsDatabase } from '../database/index.ts';
import { drawBar, type BarOptions, type Gap, type Segment, type StateInterval } from './bar.ts';
import { reductionOf } from './drawn.ts';
import { placeObservation, type Neighbours, type Observation, type Run } from './place.ts';

/** One VM as one host sees it. */
interface Seen {
  vm: string;
  host: string;
}

/** How many intervals before the drawn range are looked at to know "the state before" of the first one in it. */
const INTERVALS_BEFORE = 8;
/** A VM that changes its state more often in one range is drawn from where this many begin. */
const MAX_INTERVALS = 20_000;

/**
 * Stores what a host said of a VM's state at one moment, in any order of arrival.
 *
 * @param observation its `id` makes it one: `c:` and the cycle's number, or `e:` and the report's id, so that what was said
 *   in the same millisecond keeps one order, with an event after a cycle
 */
export async function recordObservation(
  db: OmsDatabase,
  seen: Seen,
  observation: Observation,
  { staleAfterMs }: { staleAfterMs: number },
): Promise<void> {
  const inserted = await db
    .insertInto('state_observations')
    .values({ ...seen, at: observation.at, id: observation.id, ...observation.raw })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (inserted.numInsertedOrUpdatedRows === 0n) return;
  const { remove, add } = placeObservation(observation, await neighboursOf(db, seen, observation), staleAfterMs);
  for (const run of remove) {
    await db
      .deleteFrom('state_intervals')
      .where('vm', '=', seen.vm)
      .where('host', '=', seen.host)
      .where('from_at', '=', run.first.at)
      .where('from_id', '=', run.first.id)
      .execute();
  }
  if (add.length === 0) return;
  await db
    .insertInto('state_intervals')
    .values(add.map((run) => ({ ...seen, ...rowOf(run), source: 'host' as const })))
    .execute();
}

/** Stores that a host's exporter saw nothing from `from` to `to`. */
export async function recordGap(
  db: OmsDatabase,
  gap: { host: string; id: string; from: number; to: number; cause: string },
): Promise<void> {
  const { host, id, from, to, cause } = gap;
  await db
    .insertInto('observation_gaps')
    .values({ host, id, from_at: from, to_at: to, cause })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
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

async function neighboursOf(db: OmsDatabase, seen: Seen, { at, id }: Observation): Promise<Neighbours> {
  const observations = db
    .selectFrom('state_observations')
    .selectAll()
    .where('vm', '=', seen.vm)
    .where('host', '=', seen.host)
    .limit(1);
  const before = await observations
    .where((where) => where.or([where('at', '<', at), where.and([where('at', '=', at), where('id', '<', id)])]))
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .executeTakeFirst();
  const after = await observations
    .where((where) => where.or([where('at', '>', at), where.and([where('at', '=', at), where('id', '>', id)])]))
    .orderBy('at')
    .orderBy('id')
    .executeTakeFirst();
  return {
    previous:
      before === undefined ? null : { observation: observationOf(before), run: await runWith(db, seen, before) },
    next: after === undefined ? null : { observation: observationOf(after), run: await runWith(db, seen, after) },
  };
}

/** The run that an observation is part of: the last one that began with it or before it. */
async function runWith(db: OmsDatabase, seen: Seen, { at, id }: { at: number; id: string }): Promise<Run> {
  const row = await db
    .selectFrom('state_intervals')
    .selectAll()
    .where('vm', '=', seen.vm)
    .where('host', '=', seen.host)
    .where((where) =>
      where.or([where('from_at', '<', at), where.and([where('from_at', '=', at), where('from_id', '<=', id)])]),
    )
    .orderBy('from_at', 'desc')
    .orderBy('from_id', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow();
  return {
    first: { at: row.from_at, id: row.from_id },
    last: { at: row.to_at, id: row.to_id },
    raw: { state: row.state, reason: row.reason },
  };
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
 * around it: only these are known.
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
        coalesce((select max(o.at) from state_observations o where o.vm = ${vm} and o.host = ${host} and o.at <= g.from_at),
          g.from_at) as from_at,
        coalesce((select min(o.at) from state_observations o where o.vm = ${vm} and o.host = ${host} and o.at >= g.to_at),
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

function rowOf({ first, last, raw }: Run) {
  return { from_at: first.at, from_id: first.id, to_at: last.at, to_id: last.id, ...raw };
}

const observationOf = (row: RawState & { at: number; id: string }): Observation => ({
  at: row.at,
  id: row.id,
  raw: { state: row.state, reason: row.reason },
});

const intervalOf = (
  row: RawState & { host: string; from_at: number; to_at: number; source: StateInterval['source'] },
): StateInterval => ({
  host: row.host,
  from: row.from_at,
  to: row.to_at,
  raw: { state: row.state, reason: row.reason },
  source: row.source,
});
