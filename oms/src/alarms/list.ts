import { ALARM_LEVELS, type AlarmListQuery, type AlarmPage } from '@faultline/contracts';
import type { OmsDatabase } from '../database/index.ts';
import { isBehind, pageOf, type PageRequest } from '../pages/index.ts';
import { recordsOf } from './store.ts';

/** A page of alarms, the last raised first, as they are at `now`. */
export async function alarmPage(
  db: OmsDatabase,
  { vm, host, level, category, active, from, to }: AlarmListQuery,
  page: PageRequest,
  now: number,
): Promise<AlarmPage> {
  let query = db
    .selectFrom('alarms')
    .selectAll()
    .where((row) => isBehind(row, ['raised', 'id'], page.after));
  if (vm !== undefined) query = query.where('vm', '=', vm);
  if (host !== undefined) query = query.where('host', '=', host);
  if (level !== undefined) query = query.where('level', 'in', ALARM_LEVELS.slice(0, ALARM_LEVELS.indexOf(level) + 1));
  if (category !== undefined) query = query.where('category', '=', category);
  if (active !== undefined) query = query.where('cleared', active ? 'is' : 'is not', null);
  if (from !== undefined) query = query.where('raised', '>=', from);
  if (to !== undefined) query = query.where('raised', '<=', to);
  const rows = await query
    .orderBy('raised', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();
  const { items, next } = pageOf(rows, page, ({ raised, id }) => ({ at: raised, id }));
  return { items: await recordsOf(db, items, now), next };
}
