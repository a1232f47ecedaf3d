import { isDeepStrictEqual } from 'node:util';
import type { Alarm, AlarmAlert, AlarmRecord } from '@faultline/contracts';
import { sql } from 'kysely';
import { holdKey, type OmsDatabase } from '../database/index.ts';
import { keptShelf, operatorAt, turnOf, UNTOUCHED, type Step } from './operator.ts';
import { addToHistory } from './history.ts';
import { RANK } from './rank.ts';
import {
  alarmOf,
  alertColumns,
  factsOf,
  operatorColumns,
  operatorOf,
  recordOf,
  renewedFactsOf,
  type AlarmRow,
} from './rows.ts';

/**
 * Stores an alarm as it is now; what is stored stays where it is newer. While an alarm with the same key is not cleared,
 * a raising under another id is folded into it (A45): an occurrence more, and no second record. What is cleared is over: under
 * its id it is never raised again. Give it a transaction.
 *
 * @param received when the OMS heard of it, ms
 */
export async function storeAlarm(db: OmsDatabase, alarm: Alarm, { received }: { received: number }): Promise<void> {
  await holdAlarm(db, alarm.key);
  const fold = await db.selectFrom('alarm_folds').selectAll().where('id', '=', alarm.id).executeTakeFirst();
  if (fold !== undefined) {
    const recurs = alarm.occurrences > fold.occurrences;
    if (alarm.changed >= fold.changed) await foldInto(db, await rowOf(db, fold.into_id), alarm, { recurs, received });
    return;
  }
  const stored = await db.selectFrom('alarms').selectAll().where('id', '=', alarm.id).executeTakeFirst();
  if (stored !== undefined) {
    const isOver = stored.cleared !== null && alarm.cleared === undefined;
    if (alarm.changed >= stored.changed && !isOver) await renew(db, stored, alarm, received);
    return;
  }
  const same = await recordOfSameRaising(db, alarm);
  if (same === undefined) await begin(db, alarm, received);
  else await foldInto(db, same, alarm, { recurs: true, received });
}

/** Holds what is known of a condition until the transaction ends: what is read after it is still so when it is written. */
export async function holdAlarm(trx: OmsDatabase, key: string): Promise<void> {
  await holdKey(trx, `alarm ${key}`);
}

/** The open alarm of a condition, or undefined where it is not raised now. */
export async function openAlarm(db: OmsDatabase, key: string): Promise<Alarm | undefined> {
  const row = await db
    .selectFrom('alarms')
    .selectAll()
    .where('key', '=', key)
    .where('cleared', 'is', null)
    .orderBy('raised', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? undefined : alarmOf(row);
}

/** The open alarms that a source raised. */
export async function openAlarmsOf(db: OmsDatabase, source: string): Promise<Alarm[]> {
  const rows = await db
    .selectFrom('alarms')
    .selectAll()
    .where('source', '=', source)
    .where('cleared', 'is', null)
    .execute();
  return rows.map(alarmOf);
}

/**
 * The alarms that a source did not raise: those that are open, and those that were cleared after a moment; the worst first, at most
 * `limit` of each, as they are at `now`.
 */
export async function alarmsNotOf(
  db: OmsDatabase,
  source: string,
  { clearedAfter, limit, now }: { clearedAfter: number; limit: number; now: number },
): Promise<AlarmRecord[]> {
  const others = db
    .selectFrom('alarms')
    .selectAll()
    .where('source', '!=', source)
    .orderBy(RANK)
    .orderBy('raised', 'desc')
    .orderBy('id')
    .limit(limit);
  const open = await others.where('cleared', 'is', null).execute();
  const over = await others.where('cleared', '>', clearedAfter).execute();
  return await recordsOf(db, [...open, ...over], now);
}

/**
 * Notes on the open alarm of a condition what Alertmanager makes of it. Give it a transaction.
 *
 * @returns the alarm where that is news
 */
export async function noteAlert(db: OmsDatabase, key: string, alert: AlarmAlert): Promise<Alarm | undefined> {
  await holdAlarm(db, key);
  const alarm = await openAlarm(db, key);
  if (alarm === undefined || isDeepStrictEqual(alarm.alert, alert)) return undefined;
  await db.updateTable('alarms').set(alertColumns(alert)).where('id', '=', alarm.id).execute();
  return { ...alarm, alert };
}

/** The alarm with its occurrences counted under every id; also by an id that was folded into it. */
export async function findAlarm(db: OmsDatabase, id: string, now: number): Promise<AlarmRecord | undefined> {
  const fold = await db.selectFrom('alarm_folds').select('into_id').where('id', '=', id).executeTakeFirst();
  const row = await db
    .selectFrom('alarms')
    .selectAll()
    .where('id', '=', fold?.into_id ?? id)
    .executeTakeFirst();
  return row === undefined ? undefined : (await recordsOf(db, [row], now))[0];
}

/** The record of the same condition that was not yet cleared when this one was raised. */
async function recordOfSameRaising(db: OmsDatabase, alarm: Alarm): Promise<AlarmRow | undefined> {
  return await db
    .selectFrom('alarms')
    .selectAll()
    .where('key', '=', alarm.key)
    .where((where) => where.or([where('cleared', 'is', null), where('cleared', '>', alarm.raised)]))
    .$if(alarm.cleared !== undefined, (query) => query.where('raised', '<', alarm.cleared ?? 0))
    .orderBy('raised', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** A record of its own: the condition was not raised, or was cleared since. */
async function begin(db: OmsDatabase, alarm: Alarm, received: number): Promise<void> {
  const earlier = await db
    .selectFrom('alarms')
    .selectAll()
    .where('key', '=', alarm.key)
    .orderBy('raised', 'desc')
    .limit(1)
    .executeTakeFirst();
  await db
    .insertInto('alarms')
    .values({ ...factsOf(alarm), ...operatorColumns(UNTOUCHED) })
    .execute();
  if (alarm.cleared !== undefined || earlier === undefined) return;
  const before = { level: earlier.level, operator: operatorOf(earlier) };
  await take(db, alarm.id, keptShelf(before, alarm.level, received));
}

async function renew(db: OmsDatabase, stored: AlarmRow, alarm: Alarm, received: number): Promise<void> {
  const raised = Math.min(stored.raised, alarm.raised);
  await db
    .updateTable('alarms')
    .set({ ...renewedFactsOf(alarm), raised })
    .where('id', '=', alarm.id)
    .execute();
  const news = { before: stored.level, after: alarm.level, recurs: alarm.occurrences > stored.occurrences };
  await take(db, stored.id, turnOf(operatorOf(stored), news, received));
}

async function foldInto(
  db: OmsDatabase,
  stored: AlarmRow,
  alarm: Alarm,
  { recurs, received }: { recurs: boolean; received: number },
): Promise<void> {
  const { id, ...facts } = renewedFactsOf(alarm);
  const { changed, occurrences } = facts;
  await db
    .insertInto('alarm_folds')
    .values({ id, into_id: stored.id, changed, occurrences })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ changed, occurrences }))
    .execute();
  const raised = Math.min(stored.raised, alarm.raised);
  const isNewest = changed >= stored.changed;
  await db
    .updateTable('alarms')
    .set(isNewest ? { ...facts, occurrences: stored.occurrences, raised } : { raised })
    .where('id', '=', stored.id)
    .execute();
  const news = { before: stored.level, after: isNewest ? alarm.level : stored.level, recurs };
  await take(db, stored.id, turnOf(operatorOf(stored), news, received));
}

/** Takes a step of an alarm's operator state, where there is one. */
export async function take(db: OmsDatabase, id: string, step: Step | null): Promise<void> {
  if (step === null) return;
  await db.updateTable('alarms').set(operatorColumns(step.operator)).where('id', '=', id).execute();
  await addToHistory(db, id, step.entry);
}

async function rowOf(db: OmsDatabase, id: string): Promise<AlarmRow> {
  return await db.selectFrom('alarms').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}

/** Records of rows, with the occurrences under every id, as they are at `now`. */
export async function recordsOf(db: OmsDatabase, rows: readonly AlarmRow[], now: number): Promise<AlarmRecord[]> {
  if (rows.length === 0) return [];
  const folded = await db
    .selectFrom('alarm_folds')
    .select(['into_id', sql<number>`sum(occurrences)`.as('occurrences')])
    .where(
      'into_id',
      'in',
      rows.map(({ id }) => id),
    )
    .groupBy('into_id')
    .execute();
  const more = new Map(folded.map(({ into_id, occurrences }) => [into_id, occurrences]));
  return rows.map((row) => {
    const record = recordOf(row);
    return {
      ...record,
      occurrences: row.occurrences + (more.get(row.id) ?? 0),
      operator: operatorAt(record.operator, now),
    };
  });
}
