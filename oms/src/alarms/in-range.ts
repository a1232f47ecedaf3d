import type { AlarmRecord, Filter } from '@faultline/contracts';
import { sql } from 'kysely';
import { overlapOf, overlappingOfAny, type OmsDatabase } from '../database/index.ts';
import { meets, type FilterColumns } from '../vms/index.ts';
import { recordsOf } from './store.ts';

/** Where an alarm's row has whose it is. */
export const SUBJECT_COLUMNS: FilterColumns = {
  vm: sql.ref('alarms.vm'),
  vmName: sql.ref('alarms.vm_name'),
  host: sql.ref('alarms.host'),
};

/** Where an alarm's row has what alarms are filtered by, as it is at `now`: a shelf ends by itself. */
const columnsAt = (now: number): FilterColumns => ({
  ...SUBJECT_COLUMNS,
  name: sql.ref('alarms.name'),
  level: sql.ref('alarms.level'),
  category: sql.ref('alarms.category'),
  source: sql.ref('alarms.source'),
  operatorState: sql`case when operator_state = 'shelved' and shelved_until <= ${now} then 'none' else operator_state end`,
});

/** What alarms are asked for. */
interface Wanted {
  filters: readonly Filter<'alarms'>[];
  /** True: only what is not cleared by now; false: only what is. */
  active?: boolean | undefined;
  limit: number;
}

/**
 * The alarms of all VMs and hosts that were raised or not cleared within a range and meet the filters, the last raised first, at most
 * `limit` of them, as they are at `now`.
 */
export async function alarmsInRange(
  db: OmsDatabase,
  range: { from: number; to: number; now: number },
  { filters, active, limit }: Wanted,
): Promise<AlarmRecord[]> {
  const columns = { began: 'alarms.raised', ended: 'alarms.cleared' };
  const parts = await Promise.all(
    overlappingOfAny(overlapOf(range), columns).map(async (overlaps) => {
      let query = db.selectFrom('alarms').selectAll().where(overlaps);
      if (active !== undefined) query = query.where('cleared', active ? 'is' : 'is not', null);
      for (const filter of filters) query = query.where(meets(filter, columnsAt(range.now)));
      return await query.orderBy('raised', 'desc').orderBy('id', 'desc').limit(limit).execute();
    }),
  );
  const rows = parts
    .flat()
    .sort((a, b) => b.raised - a.raised || (a.id > b.id ? -1 : 1))
    .slice(0, limit);
  return await recordsOf(db, rows, range.now);
}
