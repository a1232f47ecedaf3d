import type { VmRef } from '@faultline/contracts';
import type { VmTables } from './tables.ts';

/** That a host spoke of a VM at `at`. `active`: the host has the VM's process, and not only a definition of it. */
export interface Sighting {
  vm: VmRef;
  host: string;
  at: number;
  active: boolean;
}

/**
 * What is known of a VM after a sighting. A late sighting renames nothing, and a host that only has a definition of the VM takes it
 * over only from another that had no more than that, and has been silent about it since. A host that was last seen with the VM's
 * process keeps it until that process is seen elsewhere: silence is not death, and a start beside it would be a second copy.
 */
export function withSighting(
  known: VmTables['vms'] | undefined,
  { vm, host, at, active }: Sighting,
  { staleAfterMs }: { staleAfterMs: number } = { staleAfterMs: 0 },
): VmTables['vms'] {
  if (known === undefined) {
    return { ...vm, host, first_seen: at, last_seen: at, host_seen: at, host_active: Number(active) };
  }
  const isLatest = at >= known.last_seen;
  const isFree = known.host_active === 0 && at - known.host_seen > staleAfterMs;
  const takesOver = at >= known.host_seen && (host === known.host || active || isFree);
  return {
    ...known,
    first_seen: Math.min(known.first_seen, at),
    last_seen: Math.max(known.last_seen, at),
    ...(isLatest ? { name: vm.name } : {}),
    ...(takesOver ? { host, host_seen: at, host_active: Number(active) } : {}),
  };
}
