import type { Vm } from '@faultline/contracts';
import { sql } from 'kysely';
import { insertRows, isPostgres, prepared, preparedForEach, type OmsDatabase } from '../database/index.ts';
import { withSighting, type Sighting } from './sighting.ts';
import type { VmTables } from './tables.ts';

type VmRow = VmTables['vms'];

export const vmOf = (row: VmRow): Vm => ({
  uuid: row.uuid,
  name: row.name,
  host: row.host,
  firstSeen: row.first_seen,
  lastSeen: row.last_seen,
});

const findByUuid = prepared((db, { uuid }: { uuid: string }) =>
  db.selectFrom('vms').selectAll().where('uuid', '=', uuid),
);

/** The VM, or undefined where nothing ever spoke of it. */
export async function findVm(db: OmsDatabase, uuid: string): Promise<Vm | undefined> {
  const [row] = await findByUuid(db, { uuid });
  return row === undefined ? undefined : vmOf(row);
}

/** The VMs that a host has, as far as cycles and reports tell. */
export async function vmsOnHost(db: OmsDatabase, host: string): Promise<Vm[]> {
  const rows = await db.selectFrom('vms').selectAll().where('host', '=', host).execute();
  return rows.map(vmOf);
}

/** How many VMs each host has, as far as cycles and reports tell. */
export async function countVmsByHost(db: OmsDatabase): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('vms')
    .select((row) => ['host', row.fn.countAll().as('vms')])
    .groupBy('host')
    .execute();
  return new Map(rows.map(({ host, vms }) => [host, Number(vms)]));
}

/** Remembers that these VMs exist and where, as {@link withSighting} says, in the order in which they are given. */
export async function rememberVms(
  db: OmsDatabase,
  sightings: readonly Sighting[],
  options: { staleAfterMs: number },
): Promise<void> {
  // Sorted, so that two batches that speak of the same VMs never wait for each other.
  const uuids = [...new Set(sightings.map(({ vm }) => vm.uuid))].sort();
  const known = new Map((await rowsOf(db, uuids)).map((row) => [row.uuid, row]));
  const missing = uuids.filter((uuid) => !known.has(uuid));
  const added = await addMissing(db, missing, sightings);
  for (const row of added) known.set(row.uuid, row);
  const changed = new Map<string, VmRow>();
  for (const sighting of sightings) {
    const row = known.get(sighting.vm.uuid);
    if (row === undefined) throw new Error(`the VM ${sighting.vm.uuid} is gone while its row is held`);
    const next = withSighting(row, sighting, options);
    known.set(row.uuid, next);
    changed.set(row.uuid, next);
  }
  await insertRows(
    db,
    'vms',
    uuids.flatMap((uuid) => changed.get(uuid) ?? []),
    {
      replace: {
        key: ['uuid'],
        set: ['name', 'host', 'first_seen', 'last_seen', 'host_seen', 'host_active'],
      },
    },
  );
}

const findAndHold = preparedForEach<{ uuid: string }, VmRow>({ uuid: 'text' }, (db, asked) =>
  db
    .selectFrom('vms')
    .selectAll()
    .where('uuid', 'in', sql<string>`(${asked})`)
    .orderBy('uuid')
    .$if(isPostgres(db), (query) => query.forUpdate()),
);

/** Rows of these VMs, held until the transaction ends. */
const rowsOf = (db: OmsDatabase, uuids: readonly string[]): Promise<VmRow[]> =>
  findAndHold(
    db,
    uuids.map((uuid) => ({ uuid })),
    {},
  );

/** Adds the VMs that are not known, each as it was first sighted; another batch may have been quicker. */
async function addMissing(db: OmsDatabase, missing: string[], sightings: readonly Sighting[]): Promise<VmRow[]> {
  const first = new Map<string, Sighting>();
  for (const sighting of sightings) if (!first.has(sighting.vm.uuid)) first.set(sighting.vm.uuid, sighting);
  const rows = missing.flatMap((uuid) => {
    const sighting = first.get(uuid);
    return sighting === undefined ? [] : [withSighting(undefined, sighting)];
  });
  await insertRows(db, 'vms', rows);
  return await rowsOf(db, missing);
}

/** {@link rememberVms} of one. */
export async function rememberVm(
  db: OmsDatabase,
  sighting: Sighting,
  options: { staleAfterMs: number },
): Promise<void> {
  await rememberVms(db, [sighting], options);
}
