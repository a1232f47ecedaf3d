import type { Vm, VmRef } from '@faultline/contracts';
import { isPostgres, type OmsDatabase } from '../database/index.ts';

type VmRow = { uuid: string; name: string; host: string; first_seen: number; last_seen: number };

export const vmOf = (row: VmRow): Vm => ({
  uuid: row.uuid,
  name: row.name,
  host: row.host,
  firstSeen: row.first_seen,
  lastSeen: row.last_seen,
});

/** The VM, or undefined where nothing ever spoke of it. */
export async function findVm(db: OmsDatabase, uuid: string): Promise<Vm | undefined> {
  const row = await db.selectFrom('vms').selectAll().where('uuid', '=', uuid).executeTakeFirst();
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

/** That a host spoke of a VM at `at`. `active`: the host has the VM's process, and not only a definition of it. */
interface Sighting {
  vm: VmRef;
  host: string;
  at: number;
  active: boolean;
}

/**
 * Remembers that a VM exists. A late sighting renames nothing, and a host that only has a definition of the VM takes it
 * over only from another that had no more than that, and has been silent about it since. A host that was last seen with the VM's
 * process keeps it until that process is seen elsewhere: silence is not death, and a start beside it would be a second copy.
 */
export async function rememberVm(db: OmsDatabase, sighting: Sighting, { staleAfterMs }: { staleAfterMs: number }) {
  const { vm, host, at, active } = sighting;
  const seen = { first_seen: at, last_seen: at, host_seen: at, host_active: Number(active) };
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('vms')
    .values({ ...vm, host, ...seen })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  if (numInsertedOrUpdatedRows === 1n) return;
  const known = await db
    .selectFrom('vms')
    .selectAll()
    .where('uuid', '=', vm.uuid)
    .$if(isPostgres(db), (query) => query.forUpdate())
    .executeTakeFirstOrThrow();
  const isLatest = at >= known.last_seen;
  const isFree = known.host_active === 0 && at - known.host_seen > staleAfterMs;
  const takesOver = at >= known.host_seen && (host === known.host || active || isFree);
  await db
    .updateTable('vms')
    .set({
      first_seen: Math.min(known.first_seen, at),
      last_seen: Math.max(known.last_seen, at),
      ...(isLatest ? { name: vm.name } : {}),
      ...(takesOver ? { host, host_seen: at, host_active: Number(active) } : {}),
    })
    .where('uuid', '=', vm.uuid)
    .execute();
}
