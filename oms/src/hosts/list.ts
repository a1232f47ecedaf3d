import type { Host } from '@faultline/contracts';
import type { OmsDatabase } from '../database/index.ts';
import { countVmsByHost } from '../vms/index.ts';
import { everIsolated, isolationsAt } from './store.ts';

/** Every host that is controlled, was heard of, has a VM, or was ever isolated; by name. */
export async function knownHosts(
  db: OmsDatabase,
  { controlled = [], heardOf = [], now }: { controlled?: readonly string[]; heardOf?: Iterable<string>; now: number },
): Promise<Host[]> {
  const vms = await countVmsByHost(db);
  const isolations = await isolationsAt(db, now);
  const names = new Set([...controlled, ...heardOf, ...vms.keys(), ...(await everIsolated(db))]);
  return [...names].sort().map((name) => ({
    name,
    controlled: controlled.includes(name),
    vms: vms.get(name) ?? 0,
    isolation: isolations.get(name) ?? null,
  }));
}
