import { inSteps, ROWS_PER_STEP, type KeptRecords, type OmsDatabase } from '../database/index.ts';

export const faultReportRecords: readonly KeptRecords[] = [
  { keptAs: 'alarms', table: 'fault_reports', prune: (db, before) => inSteps(() => pruneFaultReports(db, before)) },
];

/** A fault report that names no known VM yet stays, however old. */
async function pruneFaultReports(db: OmsDatabase, before: number): Promise<number> {
  const old = db
    .selectFrom('fault_reports')
    .select('id')
    .where('received', '<', before)
    .where('vm', 'is not', null)
    .orderBy('received')
    .limit(ROWS_PER_STEP);
  const { numDeletedRows } = await db.deleteFrom('fault_reports').where('id', 'in', old).executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}
