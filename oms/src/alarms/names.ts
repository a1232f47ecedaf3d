import type { Filter } from '@faultline/contracts';
import type { OmsDatabase } from '../database/index.ts';
import { meets } from '../vms/index.ts';
import { SUBJECT_COLUMNS } from './in-range.ts';

/** Names are gathered from no more than these many alarms, the last raised: the price does not grow with what is stored. */
const MAX_LOOKED_AT = 10_000;

/** The names of alarms that were raised lately, of the VMs and hosts that meet the filters. */
export async function alarmNames(db: OmsDatabase, of: readonly Filter<'vms'>[], limit: number): Promise<string[]> {
  const isIndexed = ({ field }: Filter<'vms'>): boolean => field === 'vm' || field === 'host';
  let latest = db.selectFrom('alarms').select(['name', 'vm']).orderBy('raised', 'desc').orderBy('id', 'desc');
  for (const filter of of.filter(isIndexed)) latest = latest.where(meets(filter, SUBJECT_COLUMNS));
  let query = db.selectFrom(latest.limit(MAX_LOOKED_AT).as('alarms')).select('name').distinct();
  for (const filter of of.filter((each) => !isIndexed(each))) query = query.where(meets(filter, SUBJECT_COLUMNS));
  return (await query.orderBy('name').limit(limit).execute()).map(({ name }) => name);
}
