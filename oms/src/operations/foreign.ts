import type { Operation } from '@faultline/contracts';
import { LONG_MS, type OmsDatabase } from '../database/index.ts';
import { rowOfOperation, rowsOfHops, summaryOfRow, type OperationSummary } from './rows.ts';

/**
 * Stores an operation that we did not perform, unless its id is taken. Call it in a transaction.
 *
 * @returns false where the id is taken: nothing was stored
 */
export async function addOperation(trx: OmsDatabase, operation: Operation): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('operations')
    .values(rowOfOperation(operation, undefined))
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirstOrThrow();
  if (numInsertedOrUpdatedRows !== 1n) return false;
  await insertHops(trx, operation);
  return true;
}

/**
 * Writes what is now known of a stored operation that we did not perform: how far it came, and its hops. Call it in a
 * transaction. What came of an operation of ours is CLC's to write.
 */
export async function replaceOperation(trx: OmsDatabase, operation: Operation): Promise<void> {
  const { started, ended, initiator, result, cause } = rowOfOperation(operation, undefined);
  await trx
    .updateTable('operations')
    .set({ started, initiator, ended: ended ?? null, result, cause: cause ?? null })
    .where('id', '=', operation.id)
    .where('source', '=', operation.source)
    .execute();
  await trx.deleteFrom('hops').where('operation', '=', operation.id).execute();
  await insertHops(trx, operation);
}

/**
 * Operations on one VM that overlap a stretch of time, oldest first; one that has not ended overlaps everything after its start.
 * One that began more than a day before is not looked for.
 */
export async function operationsAround(
  db: OmsDatabase,
  vm: string,
  { from, to }: { from: number; to: number },
): Promise<OperationSummary[]> {
  const rows = await db
    .selectFrom('operations')
    .selectAll()
    .where('vm', '=', vm)
    .where('started', '>=', from - LONG_MS)
    .where('started', '<=', to)
    .where((row) => row.or([row('ended', 'is', null), row('ended', '>=', from)]))
    .orderBy('started')
    .orderBy('id')
    .execute();
  return rows.map(summaryOfRow);
}

/** Takes back an operation that was inferred, and turned out to be another one's doing. Call it in a transaction. */
export async function withdrawOperation(trx: OmsDatabase, id: string, source: string): Promise<void> {
  await trx.deleteFrom('hops').where('operation', '=', id).execute();
  await trx.deleteFrom('operations').where('id', '=', id).where('source', '=', source).execute();
}

async function insertHops(trx: OmsDatabase, operation: Operation): Promise<void> {
  if (operation.hops.length > 0) await trx.insertInto('hops').values(rowsOfHops(operation)).execute();
}
