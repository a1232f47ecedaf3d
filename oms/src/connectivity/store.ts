import type { GuestProbeReport } from '@faultline/contracts';
import type { OmsDatabase } from '../database/index.ts';

/** Stores what a host found in a VM. Whether it is known already, the reports' own record says. */
export async function storeGuestProbe(db: OmsDatabase, host: string, probe: GuestProbeReport): Promise<void> {
  const { id, vm, at, verdict, agent } = probe;
  await db
    .insertInto('guest_probes')
    .values({ vm: vm.uuid, at, host, id, verdict, agent, record: JSON.stringify(probe) })
    .execute();
}

/** What was found in a VM within the range, oldest first; of more than `limit` the latest. */
export async function guestProbesInRange(
  db: OmsDatabase,
  vm: string,
  { from, to }: { from: number; to: number },
  limit: number,
): Promise<GuestProbeReport[]> {
  const rows = await db
    .selectFrom('guest_probes')
    .select('record')
    .where('vm', '=', vm)
    .where('at', '>=', from)
    .where('at', '<=', to)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.reverse().map(({ record }) => JSON.parse(record) as GuestProbeReport);
}
