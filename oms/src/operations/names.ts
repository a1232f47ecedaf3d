import type { Filter } from '@faultline/contracts';
import { sql } from 'kysely';
import type { OmsDatabase } from '../database/index.ts';
import { meets } from '../vms/index.ts';
import { AGE, OPERATION_COLUMNS } from './in-range.ts';

/** Names are gathered from no more than these many operations, the last begun: the price does not grow with what is stored. */
const MAX_LOOKED_AT = 10_000;

/** Who asked for operations lately, of the VMs that meet the filters, by name. */
export async function initiatorNames(db: OmsDatabase, of: readonly Filter<'vms'>[], limit: number): Promise<string[]> {
  const isIndexed = ({ field }: Filter<'vms'>): boolean => field === 'vm';
  let latest = db.selectFrom('operations').selectAll().orderBy(AGE);
  for (const filter of of.filter(isIndexed)) latest = latest.where(meets(filter, OPERATION_COLUMNS));
  let query = db
    .selectFrom(latest.limit(MAX_LOOKED_AT).as('operations'))
    .leftJoin('vms', 'vms.uuid', 'operations.vm')
    .select(sql<string>`operations.initiator`.as('name'))
    .distinct();
  for (const filter of of.filter((each) => !isIndexed(each))) query = query.where(meets(filter, OPERATION_COLUMNS));
  return (await query.orderBy('name').limit(limit).execute()).map(({ name }) => name);
}
