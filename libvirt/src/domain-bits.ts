import type { DomainListFlags, DomainStatsFlags, ImpactFlags, StatsGroup } from './domain.ts';
import { bitsOf, type FlagBits } from './flags.ts';

/** virDomainStatsTypes, libvirt-domain.h. */
export const statsGroupBit: Readonly<Record<StatsGroup, number>> = {
  state: 1 << 0,
  cpu: 1 << 1,
  balloon: 1 << 2,
  vcpu: 1 << 3,
  interface: 1 << 4,
  block: 1 << 5,
  perf: 1 << 6,
  iothread: 1 << 7,
  memory: 1 << 8,
  dirtyrate: 1 << 9,
};

/** virConnectGetAllDomainStatsFlags, libvirt-domain.h. */
export const statsFlagBit: FlagBits<DomainStatsFlags> = {
  active: 1 << 0,
  inactive: 1 << 1,
  persistent: 1 << 2,
  transient: 1 << 3,
  running: 1 << 4,
  paused: 1 << 5,
  shutoff: 1 << 6,
  other: 1 << 7,
  noWait: 1 << 29,
  backing: 1 << 30,
  enforceStats: 2 ** 31,
};

/** 0 asks for every group. */
export function statsGroupBits(groups: readonly StatsGroup[]): number {
  return groups.reduce((bits, group) => bits | statsGroupBit[group], 0);
}

export function statsFlagBits(flags: DomainStatsFlags): number {
  return bitsOf(statsFlagBit, flags);
}

/** virConnectListAllDomainsFlags, libvirt-domain.h. */
export const domainListBit: FlagBits<DomainListFlags> = {
  active: 1 << 0,
  inactive: 1 << 1,
  persistent: 1 << 2,
  transient: 1 << 3,
  running: 1 << 4,
  paused: 1 << 5,
  shutoff: 1 << 6,
  other: 1 << 7,
  managedSave: 1 << 8,
  noManagedSave: 1 << 9,
  autostart: 1 << 10,
  noAutostart: 1 << 11,
  hasSnapshot: 1 << 12,
  noSnapshot: 1 << 13,
  hasCheckpoint: 1 << 14,
  noCheckpoint: 1 << 15,
};

/** virDomainModificationImpact, libvirt-domain.h. */
export const impactBit: FlagBits<ImpactFlags> = { live: 1 << 0, config: 1 << 1 };

/** virDomainGetJobStatsFlags, libvirt-domain.h. */
export const jobStatsBit: FlagBits<{ completed?: boolean; keepCompleted?: boolean }> = {
  completed: 1 << 0,
  keepCompleted: 1 << 1,
};

/** virDomainDeviceModifyFlags, virDomainVcpuFlags and virDomainMemoryModFlags, libvirt-domain.h. */
export const hardwareBits = {
  device: { ...impactBit, force: 1 << 2 },
  vcpu: { ...impactBit, maximum: 1 << 2, guest: 1 << 3, hotpluggable: 1 << 4 },
  memory: { ...impactBit, maximum: 1 << 2 },
};
