import type { Filter, Named } from '@faultline/contracts';
import { sql } from 'kysely';
import type { OmsDatabase } from '../database/index.ts';
import { isTheWord, meets, type FactColumn, type FilterColumns } from './filter.ts';
import { escaped, like } from './find.ts';

interface Wanted {
  /** Only names that contain it, whatever the case. */
  contains?: string | undefined;
  /** Only of VMs that meet all of these. */
  of?: readonly Filter<'vms'>[] | undefined;
  limit: number;
}

/** Where a VM's row has what VMs are filtered by. */
export const VM_COLUMNS: FilterColumns = {
  vm: sql.ref('vms.uuid'),
  vmName: sql.ref('vms.name'),
  host: sql.ref('vms.host'),
};

/** The VMs with what tells them apart, by name. */
export async function vmNames(
  db: OmsDatabase,
  { of = [], limit }: Pick<Wanted, 'of' | 'limit'>,
): Promise<{ uuid: string; name: string; host: string }[]> {
  let query = db.selectFrom('vms').select(['uuid', 'name', 'host']);
  for (const filter of of) query = query.where(meets(filter, VM_COLUMNS));
  return await query.orderBy('name').orderBy('uuid').limit(limit).execute();
}

/** The hosts that have VMs, by name. */
export async function hostNames(db: OmsDatabase, { contains = '', of = [], limit }: Wanted): Promise<Named[]> {
  let query = db.selectFrom('vms').select(['host as name', sql<number>`count(*)`.as('vms')]);
  for (const filter of of) query = query.where(meets(filter, VM_COLUMNS));
  if (contains !== '') query = query.where(like('host', `%${escaped(contains)}%`));
  return await query.groupBy('host').orderBy('host').limit(limit).execute();
}

/** The users, projects or groups whose VMs there are, by name. */
export async function ownerNames(
  db: OmsDatabase,
  column: FactColumn,
  { contains = '', of = [], limit }: Wanted,
): Promise<Named[]> {
  const name = sql<string>`${sql.ref(`told.${column}`)}`;
  let query = db
    .selectFrom('vms')
    .innerJoin('vm_facts as told', 'told.vm', 'vms.uuid')
    .select([name.as('name'), sql<number>`count(distinct vms.uuid)`.as('vms')])
    .where(`told.${column}`, 'is not', null)
    .where(isTheWord(column));
  for (const filter of of) query = query.where(meets(filter, VM_COLUMNS));
  if (contains !== '') query = query.where(like(`told.${column}`, `%${escaped(contains)}%`));
  return await query.groupBy(name).orderBy(name).limit(limit).execute();
}
