import type { DomainStatsFlags, StatsGroup } from './domain.ts';

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
export const statsFlagBit: Readonly<Record<keyof DomainStatsFlags, number>> = {
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
  const names = (Object.keys(statsFlagBit) as (keyof DomainStatsFlags)[]).filter((name) => flags[name] === true);
  // Added, not or-ed: bit 31 is beyond the signed range of JavaScript's bit operators.
  return names.reduce((bits, name) => bits + statsFlagBit[name], 0);
}
