import { ALARM_LEVELS, type AlarmListQuery, type AlarmPage, type OperatorState } from '@faultline/contracts';
import type { ExpressionBuilder, ExpressionWrapper, SqlBool } from 'kysely';
import type { OmsDatabase } from '../database/index.ts';
import { isBehind, pageOf, type PageRequest } from '../pages/index.ts';
import { recordsOf } from './store.ts';
import type { AlarmTables } from './tables.ts';

type Row = ExpressionBuilder<AlarmTables, 'alarms'>;
type Condition = ExpressionWrapper<AlarmTables, 'alarms', SqlBool>;

/** That an alarm is in an operator state at `now`: a shelf ends by itself, which nobody writes down. */
function isInState(row: Row, state: OperatorState, now: number): Condition {
  const isShelved = row.and([
    row('operator_state', '=', 'shelved'),
    row.or([row('shelved_until', 'is', null), row('shelved_until', '>', now)]),
  ]);
  if (state === 'shelved') return isShelved;
  if (state !== 'none') return row('operator_state', '=', state);
  const wasShelved = row.and([row('operator_state', '=', 'shelved'), row('shelved_until', '<=', now)]);
  return row.or([row('operator_state', '=', 'none'), wasShelved]);
}

/** That somebody should look at it: neither cleared, nor on the shelf, nor closed. */
const isOpen = (row: Row, now: number): Condition =>
  row.and([
    row('cleared', 'is', null),
    row.or([isInState(row, 'none', now), row('operator_state', '=', 'acknowledged')]),
  ]);

/** A page of alarms, the last raised first, as they are at `now`. */
export async function alarmPage(
  db: OmsDatabase,
  { vm, host, level, category, active, open, operator, from, to }: AlarmListQuery,
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
  if (open !== undefined) query = query.where((row) => (open ? isOpen(row, now) : row.not(isOpen(row, now))));
  if (operator !== undefined) query = query.where((row) => isInState(row, operator, now));
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
