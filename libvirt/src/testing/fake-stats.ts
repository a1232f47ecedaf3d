import { domainListBit, statsFlagBit, statsGroupBit } from '../domain-bits.ts';
import type { DomainListFlags, DomainRef, DomainStats, DomainStatsFlags, StatsGroup } from '../domain.ts';
import { hasBit } from '../flags.ts';
import { passesFilters, type FilterGroup } from './fake-filters.ts';
import type { FakeDomain } from './fake-domain.ts';
import { daemonError } from './fake-errors.ts';
import type { FakeHost } from './fake-host.ts';

const isState =
  (...states: string[]) =>
  (domain: FakeDomain): boolean =>
    states.includes(domain.state);

/** virConnectListAllDomains; the statistics call knows the first three lines, by the same bits. */
const filterGroups: readonly FilterGroup<DomainListFlags, FakeDomain>[] = [
  { active: ({ active }) => active, inactive: ({ active }) => !active },
  { persistent: ({ persistent }) => persistent, transient: ({ persistent }) => !persistent },
  {
    running: isState('running'),
    paused: isState('paused'),
    shutoff: isState('shutoff'),
    other: (domain) => !isState('running', 'paused', 'shutoff')(domain),
  },
  { autostart: ({ autostart }) => autostart, noAutostart: ({ autostart }) => !autostart },
];

export function hasFlag(flags: number, flag: keyof DomainStatsFlags): boolean {
  return hasBit(flags, statsFlagBit[flag]);
}

export function listDomains(host: FakeHost, flags: number): FakeDomain[] {
  return host.domains.filter((domain) => passesFilters(domain, filterGroups, { bits: domainListBit, flags }));
}

/** The domains a bulk statistics call is about: the listed ones that still exist (none listed: all), filtered. */
export function selectDomains(host: FakeHost, listed: readonly DomainRef[], flags: number): FakeDomain[] {
  const uuids = new Set(listed.map(({ uuid }) => uuid));
  return listDomains(host, flags).filter(({ uuid }) => listed.length === 0 || uuids.has(uuid));
}

/** How the names of a group's statistics start. */
const statsPrefix: Readonly<Record<StatsGroup, string>> = {
  state: 'state.',
  cpu: 'cpu.',
  balloon: 'balloon.',
  vcpu: 'vcpu.',
  interface: 'net.',
  block: 'block.',
  perf: 'perf.',
  iothread: 'iothread.',
  memory: 'memory.',
  dirtyrate: 'dirtyrate.',
};

/** Groups that enter QEMU's monitor, as measured with libvirt 9.0 and a stopped QEMU. */
const monitorGroups: ReadonlySet<StatsGroup> = new Set(['cpu', 'balloon', 'vcpu', 'block', 'iothread', 'dirtyrate']);

/** What libvirt leaves out of those groups when it may not wait for the monitor. */
const monitorOnly =
  /^(cpu\.haltpoll|balloon\.(?!current$|maximum$)|vcpu\.\d+\.halted|block\.\d+\.(?!name$|path$|backingIndex$)|iothread\.|dirtyrate\.)/;

/** 0 asks for all groups. */
function askedGroups(stats: number): StatsGroup[] {
  const groups = Object.keys(statsGroupBit) as StatsGroup[];
  return groups.filter((group) => stats === 0 || (stats & statsGroupBit[group]) !== 0);
}

export function needsMonitor(stats: number): boolean {
  return askedGroups(stats).some((group) => monitorGroups.has(group));
}

/** Throws what a driver says to a group it does not have, when it is asked to be strict. */
export function checkSupport({ statsGroups }: FakeHost, stats: number, flags: number): void {
  if (!hasFlag(flags, 'enforceStats') || statsGroups === undefined) return;
  if (askedGroups(stats).every((group) => statsGroups.includes(group))) return;
  throw daemonError(74, 'argument unsupported: Stats types bits are not supported by this daemon');
}

/** Of a hung domain only what the daemon knows without its monitor. */
export function statsOf(host: FakeHost, domain: FakeDomain, stats: number): DomainStats {
  const prefixes = askedGroups(stats)
    .filter((group) => host.statsGroups?.includes(group) ?? true)
    .map((group) => statsPrefix[group]);
  const hung = host.hung.has(domain.uuid);
  const known = Object.entries(domain.allStats).filter(
    ([name]) => prefixes.some((prefix) => name.startsWith(prefix)) && !(hung && monitorOnly.test(name)),
  );
  return { domain: domain.ref, values: new Map(known) };
}
