import { inSteps, ROWS_PER_STEP, type KeptRecords, type OmsDatabase } from '../database/index.ts';

export const operationRecords: readonly KeptRecords[] = [
  { keptAs: 'operations', table: 'operations', prune: (db, before) => inSteps(() => pruneOperations(db, before)) },
];

/** An operation that runs stays, however long it has. */
async function pruneOperations(db: OmsDatabase, before: number): Promise<number> {
  return await db.transaction().execute(async (trx) => {
    const old = await trx
      .selectFrom('operations')
      .select('id')
      .where('ended', '<', before)
      .where('result', '<>', 'running')
      .orderBy('ended')
      .limit(ROWS_PER_STEP)
      .execute();
    if (old.length === 0) return 0;
    const ids = old.map(({ id }) => id);
    await trx.deleteFrom('hops').where('operation', 'in', ids).execute();
    await trx.deleteFrom('operations').where('id', 'in', ids).execute();
    return ids.length;
  });
}
