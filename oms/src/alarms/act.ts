import type { AlarmWithHistory } from '@faultline/contracts';
import type { OmsDatabase } from '../database/index.ts';
import { AlarmUnknownError } from './errors.ts';
import { historyOf } from './history.ts';
import { decide, withShelfEnds, type AskedAct } from './operator.ts';
import { findAlarm, holdAlarm, take } from './store.ts';

/** An alarm with everything that was done about it. @throws AlarmUnknownError */
export async function alarmWithHistory(db: OmsDatabase, id: string, now: number): Promise<AlarmWithHistory> {
  const alarm = await findAlarm(db, id, now);
  if (alarm === undefined) throw new AlarmUnknownError(id);
  return { ...alarm, history: withShelfEnds(await historyOf(db, alarm.id), now) };
}

/**
 * Does to an alarm what an operator asks for; what is so already stays as it is. Give it a transaction.
 *
 * @returns the alarm as it is then
 * @throws AlarmUnknownError, AlarmClosedError, AlarmClearedError, ShelfEndError
 */
export async function actOnAlarm(db: OmsDatabase, id: string, asked: AskedAct, now: number): Promise<AlarmWithHistory> {
  const found = await alarmWithHistory(db, id, now);
  await holdAlarm(db, found.key);
  const alarm = await alarmWithHistory(db, id, now);
  await take(db, alarm.id, decide({ ...alarm, latest: alarm.history.at(-1) }, asked, now));
  return await alarmWithHistory(db, id, now);
}
