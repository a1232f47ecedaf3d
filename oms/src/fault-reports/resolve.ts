import {
  FAULT_REPORT_NAMINGS,
  type FaultReportCandidate,
  type FaultReportNaming,
  type FaultReportRequest,
  type VmRef,
} from '@faultline/contracts';
import type { KnownVm, VmIdentification } from '../vms/index.ts';
import { FaultReportNamingError } from './errors.ts';

/** Names and addresses are used again: of those who bear one, a VM that nobody spoke of for this long is most likely gone. */
const GONE_AFTER_MS = 86_400_000;

/** @throws FaultReportNamingError when the VM is not named in exactly one way */
export function namingOf(request: FaultReportRequest): { by: FaultReportNaming; value: string } {
  const [by, ...more] = FAULT_REPORT_NAMINGS.filter((naming) => request[naming] !== undefined);
  const value = by === undefined ? undefined : request[by];
  if (by === undefined || value === undefined || more.length > 0) throw new FaultReportNamingError();
  return { by, value };
}

export function identificationOf({ by, value }: { by: FaultReportNaming; value: string }): VmIdentification {
  switch (by) {
    case 'uuid':
      return { uuid: value };
    case 'vmName':
      return { name: value };
    case 'ip':
      return { ip: value };
    case 'user':
      return { user: value };
  }
}

/**
 * Who is meant (A11): the one VM that bears the name, or else all who do. Those whom nobody spoke of in the day before `now` count
 * only where there is no other.
 */
export function resolve(
  found: readonly KnownVm[],
  now: number,
): { vm: VmRef | null; candidates: FaultReportCandidate[] } {
  const present = found.filter(({ lastSeen }) => now - lastSeen <= GONE_AFTER_MS);
  const meant = present.length > 0 ? present : found;
  const [first] = meant;
  if (first !== undefined && meant.length === 1) return { vm: { uuid: first.uuid, name: first.name }, candidates: [] };
  return {
    vm: null,
    candidates: meant.map(({ uuid, name, host, owner, project, ips, lastSeen }) => ({
      ...{ uuid, name, host, owner, project, ips, lastSeen },
    })),
  };
}
