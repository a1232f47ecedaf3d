import type { DomainRef, DomainStats, DomainStatsFlags, StatsGroup } from '../domain.ts';
import { statsFlagBit, statsGroupBit } from '../stats-bits.ts';
import { needsMonitor, statsPrefix, type FakeDomain } from './fake-domain.ts';
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

/** The domains a bulk statistics call is about. Those listed that are gone are left out, as the daemon does. */
export function selectDomains(host: FakeHost, listed: readonly DomainRef[], flags: number): FakeDomain[] {
  if (listed.length > 0) {
    const uuids = new Set(listed.map(({ uuid }) => uuid));
    return host.domains.filter(({ uuid }) => uuids.has(uuid));
  }
  return host.domains.filter((domain) => filterGroups.every((group) => passes(domain, group, flags)));
}

function passes(domain: FakeDomain, group: (typeof filterGroups)[number], flags: number): boolean {
  const asked = Object.entries(group).filter(([flag]) => hasFlag(flags, flag as Flag));
  return asked.length === 0 || asked.some(([, matches]) => matches(domain));
}

/** The first parts of the names that the asked groups cover; 0 asks for all. */
export function askedPrefixes(stats: number): Set<string> {
  const groups = (Object.keys(statsGroupBit) as StatsGroup[]).filter(
    (group) => stats === 0 || (stats & statsGroupBit[group]) !== 0,
  );
  return new Set(groups.map((group) => statsPrefix[group]));
}

/** Of a hung domain only what the daemon knows without its monitor. */
export function statsOf(host: FakeHost, domain: FakeDomain, stats: number): DomainStats {
  const prefixes = [...askedPrefixes(stats)];
  const known = host.hung.has(domain.uuid) ? prefixes.filter((prefix) => !needsMonitor(prefix)) : prefixes;
  return { domain: domain.ref, values: domain.statValues(new Set(known)) };
}
