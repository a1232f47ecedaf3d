import type { GuestProbeReport } from '@faultline/contracts';
import { insertRows, type OmsDatabase } from '../database/index.ts';

/** Stores what a host found in its VMs, each look once. */
export async function storeGuestProbes(
  db: OmsDatabase,
  host: string,
  probes: readonly GuestProbeReport[],
): Promise<void> {
  const rows = probes.map((probe) => {
    const { id, vm, at, verdict, agent } = probe;
    return { vm: vm.uuid, at, host, id, verdict, agent, record: JSON.stringify(probe) };
  });
  await insertRows(db, 'guest_probes', rows);
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
