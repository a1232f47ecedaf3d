import { sql } from 'kysely';
import type { OmsDatabase } from './database.ts';
import { isPostgres } from './engine.ts';
import { prepared } from './prepared.ts';

const lockKey = prepared(
  (_db, { key }: { key: string }) => sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`,
);

const lockKeyShared = prepared(
  (_db, { key }: { key: string }) => sql`select pg_advisory_xact_lock_shared(hashtextextended(${key}, 0))`,
);

/**
 * Waits until no other transaction holds this key, and holds it until this one ends: what is read after it is still so when
 * it is written. On SQLite a transaction has the store for itself, and there is nothing to wait for.
 *
 * @param trx a transaction; outside of one nothing would be held
 */
export async function holdKey(trx: OmsDatabase, key: string): Promise<void> {
  if (!isPostgres(trx)) return;
  await lockKey(trx, { key });
}

/**
 * Holds a key together with others who share it, until this transaction ends, and keeps away who holds it alone.
 *
 * @param trx a transaction; outside of one nothing would be held
 */
export async function shareKey(trx: OmsDatabase, key: string): Promise<void> {
  if (!isPostgres(trx)) return;
  await lockKeyShared(trx, { key });
}

/**
 * Does work that only one OMS on a store should do at a time.
 *
 * @returns whether it was done; false where another one is doing it
 */
export async function whileAlone(db: OmsDatabase, key: string, work: () => Promise<void>): Promise<boolean> {
  if (!isPostgres(db)) {
    await work();
    return true;
  }
  return await db.connection().execute(async (connection) => {
    const { rows } = await sql<{ taken: boolean }>`
      select pg_try_advisory_lock(hashtextextended(${key}, 0)) as taken`.execute(connection);
    if (rows[0]?.taken !== true) return false;
    try {
      await work();
      return true;
    } finally {
      await sql`select pg_advisory_unlock(hashtextextended(${key}, 0))`.execute(connection);
    }
  });
}
