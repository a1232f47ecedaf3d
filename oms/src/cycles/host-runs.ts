import type { HostJudgement, HostState } from '@faultline/contracts';
import type { Selectable } from 'kysely';
import { prepared, type OmsDatabase } from '../database/index.ts';
import { placeObservation, type Observation, type Run } from '../states/index.ts';
import type { Cycle } from './cycle.ts';
import { reasonsOf } from './host/judge.ts';
import { findingsIn } from './stored-cycle.ts';
import type { CycleTables } from './tables.ts';

/** What a cycle says of its host. */
interface HostSaid {
  /** Whether it reached libvirtd. */
  reached: boolean;
  /** As it was judged, with what decided; null of a cycle that came before hosts were judged. */
  state: HostState | null;
  reasons: string;
}

const isSame = (one: HostSaid, other: HostSaid): boolean =>
  one.reached === other.reached && one.state === other.state && one.reasons === other.reasons;

/** Places a cycle that was just stored among the runs of its host, in whatever order cycles arrive. */
export async function placeCycle(
  db: OmsDatabase,
  { host, at, number, up }: Pick<Cycle, 'host' | 'at' | 'number' | 'up'>,
  judgement: HostJudgement,
  { staleAfterMs }: { staleAfterMs: number },
): Promise<void> {
  const raw = { reached: up, state: judgement.state, reasons: reasonsOf(judgement) };
  // A cycle's number is its observation's id.
  const cycle: Observation<HostSaid> = { at, id: String(number), raw };
  const { remove, add } = placeObservation(cycle, await neighboursOf(db, host, { at, number }), {
    staleAfterMs,
    isSame,
  });
  for (const { first } of remove) {
    await db
      .deleteFrom('host_runs')
      .where('host', '=', host)
      .where('from_at', '=', first.at)
      .where('from_number', '=', Number(first.id))
      .execute();
  }
  if (add.length === 0) return;
  await db
    .insertInto('host_runs')
    .values(add.map((run) => ({ host, ...rowOf(run) })))
    .execute();
}

async function neighboursOf(db: OmsDatabase, host: string, { at, number }: { at: number; number: number }) {
  const cycles = db.selectFrom('cycles').selectAll().where('host', '=', host).limit(1);
  const before = await cycles
    .where((where) => where.or([where('at', '<', at), where.and([where('at', '=', at), where('number', '<', number)])]))
    .orderBy('at', 'desc')
    .orderBy('number', 'desc')
    .executeTakeFirst();
  const after = await cycles
    .where((where) => where.or([where('at', '>', at), where.and([where('at', '=', at), where('number', '>', number)])]))
    .orderBy('at')
    .orderBy('number')
    .executeTakeFirst();
  return {
    previous: before === undefined ? null : await neighbour(db, host, before),
    next: after === undefined ? null : await neighbour(db, host, after),
  };
}

/** A cycle with its run: the last one that began with it or before it. A cycle older than the runs is one of its own. */
async function neighbour(
  db: OmsDatabase,
  host: string,
  { at, number, up, state, findings }: Selectable<CycleTables['cycles']>,
) {
  const reasons = state === null ? '' : reasonsOf({ state, findings: findingsIn(findings) });
  const observation: Observation<HostSaid> = { at, id: String(number), raw: { reached: up === 1, state, reasons } };
  const row = await db
    .selectFrom('host_runs')
    .selectAll()
    .where('host', '=', host)
    .where((where) =>
      where.or([where('from_at', '<', at), where.and([where('from_at', '=', at), where('from_number', '<=', number)])]),
    )
    .orderBy('from_at', 'desc')
    .orderBy('from_number', 'desc')
    .limit(1)
    .executeTakeFirst();
  const run: Run<HostSaid> =
    row === undefined ? { first: observation, last: observation, raw: observation.raw } : runOf(row);
  return { observation, run };
}

/** A stretch of a host's cycles that said the same, as it is stored. */
export interface HostRun extends HostSaid {
  host: string;
  from: number;
  to: number;
}

const findRuns = prepared(
  (db, { host, from, to, limit }: { host: string; from: number; to: number; limit: number }) => {
    const runs = db.selectFrom('host_runs').selectAll().where('host', '=', host);
    // Runs of one host do not overlap: only the last one before the range can reach into it.
    const before = runs.where('from_at', '<', from).orderBy('from_at', 'desc').limit(1);
    const within = runs
      .where('from_at', '>=', from)
      .where('from_at', '<=', to)
      .orderBy('from_at')
      .orderBy('from_number')
      .limit(limit);
    return db
      .selectFrom(before.as('before'))
      .selectAll()
      .unionAll(db.selectFrom(within.as('within')).selectAll());
  },
);

/** The runs of a host that touch a range, oldest first, at most `limit` that begin in it. */
export async function hostRunsIn(
  db: OmsDatabase,
  host: string,
  { from, to }: { from: number; to: number },
  limit: number,
): Promise<HostRun[]> {
  const rows = await findRuns(db, { host, from, to, limit });
  return rows
    .filter(({ to_at }) => to_at >= from)
    .sort((a, b) => a.from_at - b.from_at || a.from_number - b.from_number)
    .map(hostRunOf);
}

/** The run that each host's newest cycle is in, by host. */
export async function latestRuns(db: OmsDatabase): Promise<Map<string, HostRun>> {
  const newest = db
    .selectFrom('host_runs')
    .select((row) => ['host', row.fn.max('from_at').as('from_at')])
    .groupBy('host')
    .as('newest');
  const rows = await db
    .selectFrom('host_runs')
    .innerJoin(newest, (join) =>
      join.onRef('newest.host', '=', 'host_runs.host').onRef('newest.from_at', '=', 'host_runs.from_at'),
    )
    .selectAll('host_runs')
    .orderBy('host_runs.from_number')
    .execute();
  return new Map(rows.map((row) => [row.host, hostRunOf(row)]));
}

type RunRow = Selectable<CycleTables['host_runs']>;

const saidIn = ({ up, state, reasons }: RunRow): HostSaid => ({ reached: up === 1, state, reasons: reasons ?? '' });

const hostRunOf = (row: RunRow): HostRun => ({ host: row.host, from: row.from_at, to: row.to_at, ...saidIn(row) });

const rowOf = ({ first, last, raw }: Run<HostSaid>) => ({
  from_at: first.at,
  from_number: Number(first.id),
  to_at: last.at,
  to_number: Number(last.id),
  up: Number(raw.reached),
  state: raw.state,
  reasons: raw.reasons,
});

const runOf = (row: RunRow): Run<HostSaid> => ({
  first: { at: row.from_at, id: String(row.from_number) },
  last: { at: row.to_at, id: String(row.to_number) },
  raw: saidIn(row),
});

/** Each run until the next cycle that said otherwise, unless there was silence in between; `runs` are oldest first. `open`: it still holds. */
export function heldUntilNext(
  runs: readonly HostRun[],
  { now, staleAfterMs }: { now: number; staleAfterMs: number },
): (HostRun & { open: boolean })[] {
  const seen = runs.filter(({ from }) => from <= now);
  return seen.map((run, index) => {
    const heldUntil = seen[index + 1]?.from ?? now;
    const last = Math.min(run.to, now);
    const holds = heldUntil - last <= staleAfterMs;
    return { ...run, to: holds ? heldUntil : last, open: holds && index === seen.length - 1 };
  });
}
