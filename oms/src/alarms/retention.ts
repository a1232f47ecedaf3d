import { inSteps, ROWS_PER_STEP, type KeptRecords, type OmsDatabase } from '../database/index.ts';

export const alarmRecords: readonly KeptRecords[] = [
  { keptAs: 'alarms', table: 'alarms', prune: (db, before) => inSteps(() => pruneAlarms(db, before)) },
];

/** An alarm that is not cleared stays, however old. */
async function pruneAlarms(db: OmsDatabase, before: number): Promise<number> {
  return await db.transaction().execute(async (trx) => {
    const old = await trx
      .selectFrom('alarms')
      .select('id')
      .where('cleared', '<', before)
      .orderBy('cleared')
      .limit(ROWS_PER_STEP)
      .execute();
    if (old.length === 0) return 0;
    const ids = old.map(({ id }) => id);
    const removed = await trx
      .deleteFrom('alarms')
      .where('id', 'in', ids)
      .where('cleared', '<', before)
      .returning('id')
      .execute();
    const gone = removed.map(({ id }) => id);
    if (gone.length === 0) return 0;
    await trx.deleteFrom('alarm_folds').where('into_id', 'in', gone).execute();
    await trx.deleteFrom('alarm_history').where('alarm', 'in', gone).execute();
    return gone.length;
  });
}
