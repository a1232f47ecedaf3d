import type { DomainRef, DomainStats, DomainStatsFlags, StatsGroup } from '../domain.ts';
import { statsFlagBit, statsGroupBit } from '../stats-bits.ts';
import type { FakeDomain } from './fake-domain.ts';
import { daemonError } from './fake-errors.ts';
import type { FakeHost } from './fake-host.ts';

type Flag = keyof DomainStatsFlags;

const isState =
  (...states: string[]) =>
  (domain: FakeDomain): boolean =>
    states.includes(domain.state);

/** Filters of one line exclude each other, and are or-ed; lines are and-ed (virConnectListAllDomains). */
const filterGroups: readonly Partial<Record<Flag, (domain: FakeDomain) => boolean>>[] = [
  { active: ({ active }) => active, inactive: ({ active }) => !active },
  { persistent: ({ persistent }) => persistent, transient: ({ persistent }) => !persistent },
  {
    running: isState('running'),
    paused: isState('paused'),
    shutoff: isState('shutoff'),
    other: (domain) => !isState('running', 'paused', 'shutoff')(domain),
  },
];

export function hasFlag(flags: number, flag: Flag): boolean {
  return Math.floor(flags / statsFlagBit[flag]) % 2 === 1;
}

/** The domains a bulk statistics call is about: the listed ones that still exist (none listed: all), filtered. */
export function selectDomains(host: FakeHost, listed: readonly DomainRef[], flags: number): FakeDomain[] {
  const uuids = new Set(listed.map(({ uuid }) => uuid));
  return host.domains
    .filter(({ uuid }) => listed.length === 0 || uuids.has(uuid))
    .filter((domain) => filterGroups.every((group) => passes(domain, group, flags)));
}

function passes(domain: FakeDomain, group: (typeof filterGroups)[number], flags: number): boolean {
  const asked = Object.entries(group).filter(([flag]) => hasFlag(flags, flag as Flag));
  return asked.length === 0 || asked.some(([, matches]) => matches(domain));
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
