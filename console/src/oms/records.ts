import type { OmsStatus, VmDetails } from '@faultline/contracts';

/** The OMS's answers as this page reads them. Fields that the page does not show are left out. */

/** A VM as far as pages show it. */
export type Vm = Pick<
  VmDetails,
  'uuid' | 'name' | 'host' | 'state' | 'firstSeen' | 'lastSeen' | 'owner' | 'project' | 'group' | 'important' | 'ips'
>;
export type Recording = Pick<NonNullable<OmsStatus['recording']>, 'title' | 'from' | 'to'>;
export type Host = OmsStatus['hosts'][number];
export type Status = Pick<OmsStatus, 'version' | 'now' | 'hosts'> & { recording: Recording | null };

/** Reads `GET /api/v1/status`. Throws an error that says what came instead. */
export function readStatus(json: unknown): Status {
  if (typeof json === 'object' && json !== null && 'hosts' in json && Array.isArray(json.hosts) && 'now' in json) {
    return json as Status;
  }
  throw new Error('/api/v1/status did not answer with the status of an OMS');
}

/** Reads one page of `GET /api/v1/vms`; `next` is the cursor of the page after it. */
export function readVms(json: unknown): { vms: Vm[]; next: string | null } {
  if (typeof json === 'object' && json !== null && 'vms' in json && Array.isArray(json.vms)) {
    const next = 'next' in json && typeof json.next === 'string' ? json.next : null;
    return { vms: json.vms as Vm[], next };
  }
  throw new Error('/api/v1/vms did not answer with a list of VMs');
}

/** VMs by name, with numbers in order (`vm-2` before `vm-10`). */
export function inOrder(vms: readonly Vm[]): Vm[] {
  return [...vms].sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }) || a.uuid.localeCompare(b.uuid));
}

/** The VM to open when none is asked for: an abnormal one if there is one, for that is why people come. */
export function firstToShow(vms: readonly Vm[]): Vm | undefined {
  return vms.find(({ state }) => state === 'abnormal') ?? vms[0];
}

const YOUNG_MS = 5 * 60_000;

/** The range to open with when none is asked for: of a history of minutes a wide range would show mostly nothing. */
export function firstRange(vms: readonly Vm[], now: number): { from: string; to: string } {
  const young = vms.every(({ firstSeen }) => now - firstSeen < YOUNG_MS);
  return { from: young ? 'now-5m' : 'now-15m', to: 'now' };
}

/** The VMs that bear every word of `search` in their names, host, addresses, state, or in whose they are. */
export function matching(vms: readonly Vm[], search: string): Vm[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return vms.filter(({ name, host, uuid, state, owner, project, group, ips }) => {
    const known = [name, host, uuid, state ?? 'unknown no data', owner, project, group, ...ips];
    const text = known.join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
