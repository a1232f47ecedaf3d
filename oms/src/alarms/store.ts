import type { Alarm } from '@faultline/contracts';
import { sql, type Selectable } from 'kysely';
import { holdKey, type Database, type OmsDatabase } from '../database/index.ts';

type AlarmRow = Selectable<Database['alarms']>;

/**
 * Stores an alarm as it is now; what is stored stays where it is newer. While an alarm with the same key is not cleared,
 * a raising under another id is folded into it (A45): an occurrence more, and no second record.
 */
export async function storeAlarm(db: OmsDatabase, alarm: Alarm): Promise<void> {
  await holdKey(db, `alarm ${alarm.key}`);
  const fold = await db.selectFrom('alarm_folds').selectAll().where('id', '=', alarm.id).executeTakeFirst();
  if (fold !== undefined) {
    if (alarm.changed >= fold.changed) await foldInto(db, fold.into_id, alarm);
    return;
  }
  const stored = await db.selectFrom('alarms').selectAll().where('id', '=', alarm.id).executeTakeFirst();
  if (stored !== undefined) {
    if (alarm.changed >= stored.changed) await updateAlarm(db, stored, alarm);
    return;
  }
  const same = await recordOfSameRaising(db, alarm);
  if (same !== undefined) await foldInto(db, same.id, alarm);
  else await db.insertInto('alarms').values(rowOf(alarm)).execute();
}

/** The alarm with its occurrences counted under every id; also by an id that was folded into it. */
export async function findAlarm(db: OmsDatabase, id: string): Promise<Alarm | undefined> {
  const fold = await db.selectFrom('alarm_folds').select('into_id').where('id', '=', id).executeTakeFirst();
  const row = await db
    .selectFrom('alarms')
    .selectAll()
    .where('id', '=', fold?.into_id ?? id)
    .executeTakeFirst();
  return row === undefined ? undefined : (await withOccurrences(db, [row]))[0];
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

async function foldInto(db: OmsDatabase, into: string, alarm: Alarm): Promise<void> {
  const { id, changed, occurrences } = alarm;
  await db
    .insertInto('alarm_folds')
    .values({ id, into_id: into, changed, occurrences })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ changed, occurrences }))
    .execute();
  const stored = await db.selectFrom('alarms').selectAll().where('id', '=', into).executeTakeFirstOrThrow();
  const raised = Math.min(stored.raised, alarm.raised);
  if (changed < stored.changed) {
    await db.updateTable('alarms').set({ raised }).where('id', '=', into).execute();
    return;
  }
  const { key, name, category, level, cause, details, cleared, vm, vm_name, host, source } = rowOf(alarm);
  await db
    .updateTable('alarms')
    .set({ key, name, category, level, cause, details, cleared, vm, vm_name, host, source, changed, raised })
    .where('id', '=', into)
    .execute();
}

async function updateAlarm(db: OmsDatabase, stored: AlarmRow, alarm: Alarm): Promise<void> {
  const raised = Math.min(stored.raised, alarm.raised);
  await db
    .updateTable('alarms')
    .set({ ...rowOf(alarm), raised })
    .where('id', '=', alarm.id)
    .execute();
}

/** These alarms with their occurrences counted under every id. */
export async function withOccurrences(db: OmsDatabase, rows: AlarmRow[]): Promise<Alarm[]> {
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
  return rows.map((row) => alarmOf({ ...row, occurrences: row.occurrences + (more.get(row.id) ?? 0) }));
}

function rowOf(alarm: Alarm): AlarmRow {
  const { vm, details, cleared, ...rest } = alarm;
  return {
    ...rest,
    details: JSON.stringify(details),
    vm: vm?.uuid ?? null,
    vm_name: vm?.name ?? null,
    cleared: cleared ?? null,
  };
}

function alarmOf({ vm, vm_name, details, cleared, ...row }: AlarmRow): Alarm {
  return {
    ...row,
    details: JSON.parse(details) as Record<string, string>,
    ...(vm === null ? {} : { vm: { uuid: vm, name: vm_name ?? vm } }),
    ...(cleared === null ? {} : { cleared }),
  };
}
