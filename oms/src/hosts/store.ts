import { randomUUID } from 'node:crypto';
import type { Isolation, IsolationPage, IsolationRequest } from '@faultline/contracts';
import type { Selectable } from 'kysely';
import type { IsolationBook } from '../control/index.ts';
import { holdKey, type OmsDatabase } from '../database/index.ts';
import { isBehind, pageOf, type PageRequest } from '../pages/index.ts';
import type { HostTables } from './tables.ts';

type IsolationRow = Selectable<HostTables['isolations']>;

const isolationOf = (row: IsolationRow): Isolation => ({
  by: row.by,
  why: row.why,
  since: row.since,
  ...(row.until === null ? {} : { until: row.until }),
  ...(row.ended === null ? {} : { ended: row.ended }),
  ...(row.ended_by === null ? {} : { endedBy: row.ended_by }),
});

/** The isolations that last at `at`, by host. */
export async function isolationsAt(db: OmsDatabase, at: number): Promise<Map<string, Isolation>> {
  const rows = await lasting(db, at).execute();
  return new Map(rows.map((row) => [row.host, isolationOf(row)]));
}

/** The hosts' isolations as CC asks for them (A31). */
export function isolationBook(db: OmsDatabase, now: () => number): IsolationBook {
  return {
    of: async (host) => {
      const row = await lasting(db, now()).where('host', '=', host).executeTakeFirst();
      return row === undefined ? undefined : isolationOf(row);
    },
  };
}

/**
 * Takes a host out of use. One that is isolated already gets the new reason and end; the history keeps both. Call it in a
 * transaction.
 */
export async function isolate(
  trx: OmsDatabase,
  host: string,
  { by, why, until }: IsolationRequest,
  at: number,
): Promise<Isolation> {
  await release(trx, host, { by, at });
  const row: IsolationRow = {
    id: randomUUID(),
    host,
    by,
    why,
    since: at,
    until: until ?? null,
    ended: null,
    ended_by: null,
  };
  await trx.insertInto('isolations').values(row).execute();
  return isolationOf(row);
}

/**
 * Puts a host back into use. Call it in a transaction.
 *
 * @returns the isolation that ended; undefined where there was none
 */
export async function release(
  trx: OmsDatabase,
  host: string,
  { by, at }: { by: string; at: number },
): Promise<Isolation | undefined> {
  await holdKey(trx, `isolation of ${host}`);
  const row = await lasting(trx, at).where('host', '=', host).executeTakeFirst();
  if (row === undefined) return undefined;
  const ended = { ended: at, ended_by: by };
  await trx
    .updateTable('isolations')
    .set(ended)
    .where('host', '=', host)
    .where('since', '=', row.since)
    .where('id', '=', row.id)
    .execute();
  return isolationOf({ ...row, ...ended });
}

/** A host's isolations, newest first. */
export async function isolationHistory(db: OmsDatabase, host: string, page: PageRequest): Promise<IsolationPage> {
  const rows = await db
    .selectFrom('isolations')
    .selectAll()
    .where('host', '=', host)
    .where((row) => isBehind(row, ['since', 'id'], page.after))
    .orderBy('since', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();
  const { items, next } = pageOf(rows, page, ({ since, id }) => ({ at: since, id }));
  return { items: items.map(isolationOf), next };
}

/** Hosts that were ever isolated. */
export async function everIsolated(db: OmsDatabase): Promise<string[]> {
  const rows = await db.selectFrom('isolations').select('host').distinct().execute();
  return rows.map(({ host }) => host);
}

const lasting = (db: OmsDatabase, at: number) =>
  db
    .selectFrom('isolations')
    .selectAll()
    .where('ended', 'is', null)
    .where((row) => row.or([row('until', 'is', null), row('until', '>', at)]))
    .orderBy('since', 'desc');
