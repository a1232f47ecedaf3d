import type { Operation, OperationProgress } from '@faultline/contracts';
import { OWN_SOURCE, type Asked, type StoredRequest } from '../control/index.ts';
import type { OmsDatabase } from '../database/index.ts';
import { rowOfOperation, rowsOfHops, storedRequestOfRows, summaryOfRow, type OperationSummary } from './rows.ts';

/**
 * Stores an operation with its hops under the id that its sender chose. Call it in a transaction: the record and its
 * hops are one fact. A stored operation that still runs is replaced by a later word on it; one that has ended stays as
 * it is, whatever is sent.
 *
 * @param asked what was asked of us, kept so that a repeated request can be told from another one, and a lost one be read back
 */
export async function storeOperation(
  trx: OmsDatabase,
  operation: Operation,
  asked?: Asked,
): Promise<'new' | 'updated' | 'known'> {
  const row = rowOfOperation(operation, asked);
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('operations')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirstOrThrow();
  if (numInsertedOrUpdatedRows === 1n) {
    await insertHops(trx, operation);
    return 'new';
  }
  if (operation.result === 'running') return 'known';
  const { ended, result, cause } = row;
  const { numUpdatedRows } = await trx
    .updateTable('operations')
    .set({ ended: ended ?? null, result, cause: cause ?? null, progress: null })
    .where('id', '=', operation.id)
    .where('vm', '=', operation.vm.uuid)
    .where('result', '=', 'running')
    .executeTakeFirstOrThrow();
  if (numUpdatedRows === 0n) return 'known';
  await trx.deleteFrom('hops').where('operation', '=', operation.id).execute();
  await insertHops(trx, operation);
  return 'updated';
}

async function insertHops(trx: OmsDatabase, operation: Operation): Promise<void> {
  if (operation.hops.length > 0) await trx.insertInto('hops').values(rowsOfHops(operation)).execute();
}

export async function findOperation(db: OmsDatabase, id: string): Promise<Operation | undefined> {
  return (await findRequested(db, id))?.operation;
}

/** The stored operation, and what was asked for. */
export async function findRequested(db: OmsDatabase, id: string): Promise<StoredRequest | undefined> {
  const row = await db.selectFrom('operations').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) return undefined;
  const hops = await db.selectFrom('hops').selectAll().where('operation', '=', id).orderBy('seq').execute();
  return storedRequestOfRows(row, hops);
}

/** Notes how far an operation is, unless it has ended meanwhile. */
export async function storeProgress(db: OmsDatabase, id: string, progress: OperationProgress): Promise<void> {
  await db
    .updateTable('operations')
    .set({ progress: JSON.stringify(progress) })
    .where('id', '=', id)
    .where('result', '=', 'running')
    .execute();
}

/** The operation that we are performing on this VM, if any. */
export async function runningOperationOn(db: OmsDatabase, vmUuid: string): Promise<OperationSummary | undefined> {
  const row = await db
    .selectFrom('operations')
    .selectAll()
    .where('vm', '=', vmUuid)
    .where('result', '=', 'running')
    .where('source', '=', OWN_SOURCE)
    .executeTakeFirst();
  return row === undefined ? undefined : summaryOfRow(row);
}

/** Every operation of ours that is recorded as running. */
export async function ownRunningOperations(db: OmsDatabase): Promise<StoredRequest[]> {
  const rows = await db
    .selectFrom('operations')
    .selectAll()
    .where('result', '=', 'running')
    .where('source', '=', OWN_SOURCE)
    .execute();
  return rows.map((row) => storedRequestOfRows(row, []));
}
