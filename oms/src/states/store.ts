import type { DrawnState, RawState } from '@faultline/contracts';
import type { OmsDatabase } from '../database/index.ts';
import { drawBar, type BarOptions } from './bar.ts';
import { reductionOf } from './drawn.ts';
import { intervalOf, stateBar } from './history.ts';
import { isSameState, placeObservation, type Neighbours, type Observation, type Run } from './place.ts';

/** One VM as one host sees it. */
interface Seen {
  vm: string;
  host: string;
}

/**
 * Stores what a host said of a VM's state at one moment, in any order of arrival.
 *
 * @param observation its `id` makes it one: `c:` and the cycle's number, or `e:` and the report's id, so that what was said
 *   in the same millisecond keeps one order, with an event after a cycle
 * @returns whether the VM's state on this host is another than what was known of the moment before
 */
export async function recordObservation(
  db: OmsDatabase,
  seen: Seen,
  observation: Observation,
  { staleAfterMs }: { staleAfterMs: number },
): Promise<boolean> {
  const inserted = await db
    .insertInto('state_observations')
    .values({ ...seen, at: observation.at, id: observation.id, ...observation.raw })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (inserted.numInsertedOrUpdatedRows === 0n) return false;
  const { remove, add } = placeObservation(observation, await neighboursOf(db, seen, observation), {
    staleAfterMs,
    isSame: isSameState,
  });
  for (const run of remove) {
    await db
      .deleteFrom('state_intervals')
      .where('vm', '=', seen.vm)
      .where('host', '=', seen.host)
      .where('from_at', '=', run.first.at)
      .where('from_id', '=', run.first.id)
      .execute();
  }
  if (add.length === 0) return false;
  await db
    .insertInto('state_intervals')
    .values(add.map((run) => ({ ...seen, ...rowOf(run), source: 'host' as const })))
    .execute();
  return add.some(({ first }) => first.at === observation.at && first.id === observation.id);
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

/** What is drawn now of every VM of which something is known now, or of these `vms`. */
export async function currentStates(
  db: OmsDatabase,
  options: BarOptions & { vms?: readonly string[] },
): Promise<Map<string, DrawnState>> {
  const { vms } = options;
  if (vms?.length === 0) return new Map();
  const since = options.now - options.staleAfterMs;
  const rows = await db
    .selectFrom('state_intervals')
    .selectAll()
    .where('to_at', '>=', since)
    .$if(vms !== undefined, (query) => query.where('vm', 'in', vms ?? []))
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

function rowOf({ first, last, raw }: Run) {
  return { from_at: first.at, from_id: first.id, to_at: last.at, to_id: last.id, ...raw };
}

const observationOf = (row: RawState & { at: number; id: string }): Observation => ({
  at: row.at,
  id: row.id,
  raw: { state: row.state, reason: row.reason },
});
