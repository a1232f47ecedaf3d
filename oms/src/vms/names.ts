import type { Named } from '@faultline/contracts';
import { sql } from 'kysely';
import type { OmsDatabase } from '../database/index.ts';
import { escaped, like } from './find.ts';

interface Wanted {
  /** Only names that contain it, whatever the case. */
  contains?: string | undefined;
  /** Only of VMs on this host. */
  host?: string | undefined;
  limit: number;
}

/** The VMs with what tells them apart, by name. */
export async function vmNames(
  db: OmsDatabase,
  { host, limit }: Pick<Wanted, 'host' | 'limit'>,
): Promise<{ uuid: string; name: string; host: string }[]> {
  let query = db.selectFrom('vms').select(['uuid', 'name', 'host']);
  if (host !== undefined) query = query.where('host', '=', host);
  return await query.orderBy('name').orderBy('uuid').limit(limit).execute();
}

/** The hosts that have VMs, by name. */
export async function hostNames(db: OmsDatabase, { contains = '', host, limit }: Wanted): Promise<Named[]> {
  let query = db.selectFrom('vms').select(['host as name', sql<number>`count(*)`.as('vms')]);
  if (host !== undefined) query = query.where('host', '=', host);
  if (contains !== '') query = query.where(like('host', `%${escaped(contains)}%`));
  return await query.groupBy('host').orderBy('host').limit(limit).execute();
}

/** The users, or the projects, whose VMs there are, by name. Where an operator named another, that one is the VM's. */
export async function ownerNames(
  db: OmsDatabase,
  column: 'owner' | 'project',
  { contains = '', host, limit }: Wanted,
): Promise<Named[]> {
  const name = sql<string>`${sql.ref(`told.${column}`)}`;
  let query = db
    .selectFrom('vms')
    .innerJoin('vm_facts as told', 'told.vm', 'vms.uuid')
    .select([name.as('name'), sql<number>`count(distinct vms.uuid)`.as('vms')])
    .where(`told.${column}`, 'is not', null)
    .where((where) =>
      where.or([
        where('told.source', '=', 'operator'),
        where.not(
          where.exists(
            where
              .selectFrom('vm_facts as given')
              .select('given.vm')
              .whereRef('given.vm', '=', 'told.vm')
              .where('given.source', '=', 'operator')
              .where(`given.${column}`, 'is not', null),
          ),
        ),
      ]),
    );
  if (host !== undefined) query = query.where('vms.host', '=', host);
  if (contains !== '') query = query.where(like(`told.${column}`, `%${escaped(contains)}%`));
  return await query.groupBy(name).orderBy(name).limit(limit).execute();
}
