import type { Operation } from '@faultline/contracts';
import { OWN_SOURCE } from '../control/index.ts';
import type { OmsDatabase } from '../database/index.ts';
import { operationOfRows, rowOfOperation, rowsOfHops, summaryOfRow, type OperationSummary } from './rows.ts';

/**
 * Stores an operation with its hops under the id that its sender chose. Call it in a transaction: the record and its
 * hops are one fact. A stored operation that still runs is replaced by a later word on it; one that has ended stays as
 * it is, whatever is sent.
 *
 * @param options.forced true when force was asked for; kept so that a repeated request can be told from another one
 */
export async function storeOperation(
  trx: OmsDatabase,
  operation: Operation,
  options: { forced?: boolean } = {},
): Promise<'new' | 'updated' | 'known'> {
  const row = rowOfOperation(operation, options.forced ?? false);
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
    .set({ ended: ended ?? null, result, cause: cause ?? null })
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

/** The stored operation, and whether force was asked for. */
export async function findRequested(
  db: OmsDatabase,
  id: string,
): Promise<{ operation: Operation; forced: boolean } | undefined> {
  const row = await db.selectFrom('operations').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) return undefined;
  const hops = await db.selectFrom('hops').selectAll().where('operation', '=', id).orderBy('seq').execute();
  return { operation: operationOfRows(row, hops), forced: row.forced === 1 };
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
export async function ownRunningOperations(db: OmsDatabase): Promise<{ operation: Operation; forced: boolean }[]> {
  const rows = await db
    .selectFrom('operations')
    .selectAll()
    .where('result', '=', 'running')
    .where('source', '=', OWN_SOURCE)
    .execute();
  return rows.map((row) => ({ operation: operationOfRows(row, []), forced: row.forced === 1 }));
}
