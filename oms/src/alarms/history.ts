import type { AlarmHistoryEntry } from '@faultline/contracts';
import type { OmsDatabase } from '../database/index.ts';
import { historyEntryOf, historyRowOf } from './rows.ts';

/** What was done about an alarm, oldest first. */
export async function historyOf(db: OmsDatabase, alarm: string): Promise<AlarmHistoryEntry[]> {
  const rows = await db.selectFrom('alarm_history').selectAll().where('alarm', '=', alarm).orderBy('seq').execute();
  return rows.map(historyEntryOf);
}

/** Adds to an alarm's history; whoever calls holds the alarm. */
export async function addToHistory(db: OmsDatabase, alarm: string, entry: AlarmHistoryEntry): Promise<void> {
  const last = await db
    .selectFrom('alarm_history')
    .select('seq')
    .where('alarm', '=', alarm)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  await db
    .insertInto('alarm_history')
    .values(historyRowOf(alarm, (last?.seq ?? 0) + 1, entry))
    .execute();
}
