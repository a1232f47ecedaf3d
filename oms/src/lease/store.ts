import type { Selectable } from 'kysely';
import { holdKey, shareKey, type OmsDatabase } from '../database/index.ts';
import type { LeaseTables } from './tables.ts';

export type LeaseRow = Selectable<LeaseTables['leases']>;

export interface Replica {
  /** Of one run of one OMS: a process that starts again is another replica. */
  id: string;
  address: string;
  /** How long its lease lasts without being renewed, ms. */
  lastsMs: number;
}

const keyOf = (name: string): string => `lease ${name}`;

export async function readLease(db: OmsDatabase, name: string): Promise<LeaseRow | undefined> {
  return await db.selectFrom('leases').selectAll().where('name', '=', name).executeTakeFirst();
}

/**
 * Takes the lease, if it still is as it was seen; undefined: nobody ever had it. Waits until every fenced transaction of the term before
 * has ended, so that the new holder finds what the one before committed, and nothing is added to it.
 *
 * @returns the new term, or undefined where someone else was faster
 */
export async function takeLease(
  db: OmsDatabase,
  { name, replica, seen }: { name: string; replica: Replica; seen: LeaseRow | undefined },
): Promise<number | undefined> {
  return await db.transaction().execute(async (trx) => {
    await holdKey(trx, keyOf(name));
    const { id: holder, address, lastsMs: lasts_ms } = replica;
    if (seen === undefined) {
      const { numInsertedOrUpdatedRows } = await trx
        .insertInto('leases')
        .values({ name, holder, address, term: 1, renewals: 0, lasts_ms })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n ? 1 : undefined;
    }
    const term = seen.term + 1;
    const { numUpdatedRows } = await trx
      .updateTable('leases')
      .set({ holder, address, term, renewals: 0, lasts_ms })
      .where('name', '=', name)
      .where('term', '=', seen.term)
      .where('renewals', '=', seen.renewals)
      .executeTakeFirstOrThrow();
    return numUpdatedRows === 1n ? term : undefined;
  });
}

/** @returns false where the lease is another's by now */
export async function renewLease(db: OmsDatabase, { name, term }: { name: string; term: number }): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('leases')
    .set((row) => ({ renewals: row('renewals', '+', 1) }))
    .where('name', '=', name)
    .where('term', '=', term)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** Gives the lease back, so that nobody has to wait for its end. */
export async function releaseLease(db: OmsDatabase, { name, term }: { name: string; term: number }): Promise<void> {
  await db
    .updateTable('leases')
    .set((row) => ({ holder: null, renewals: row('renewals', '+', 1) }))
    .where('name', '=', name)
    .where('term', '=', term)
    .execute();
}

/**
 * Whether this term is the current one, and stays it until the transaction ends: taking the lease waits for it, other transactions
 * do not.
 */
export async function isCurrentTerm(
  trx: OmsDatabase,
  { name, term }: { name: string; term: number },
): Promise<boolean> {
  await shareKey(trx, keyOf(name));
  return (await readLease(trx, name))?.term === term;
}
