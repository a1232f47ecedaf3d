import type { StatsGroup } from '@faultline/libvirt';
import type { Collector } from './collector.ts';
import { cycle } from './cycle.ts';
import { domainAgent } from './domain-agent.ts';
import { domainControl } from './domain-control.ts';
import { domainCpu } from './domain-cpu.ts';
import { domainMemory } from './domain-memory.ts';
import { domainState } from './domain-state.ts';
import { domainStatistics } from './domain-statistics.ts';
import { domainVcpu } from './domain-vcpu.ts';
import { guestAgent } from './guest-agent.ts';
import { guestFileSystem } from './guest-file-system.ts';
import { guestNetwork } from './guest-network.ts';
import { host } from './host.ts';

/** Every collector, in the order of its series on the page. */
export const collectors: readonly Collector[] = [
  host,
  cycle,
  domainState,
  domainControl,
  domainAgent,
  domainCpu,
  domainVcpu,
  domainMemory,
  domainStatistics,
  guestAgent,
  guestNetwork,
  guestFileSystem,
];

/** What the bulk statistics call must ask for, so that these collectors have what they live off. */
export function statsGroupsOf(running: readonly Collector[]): readonly StatsGroup[] {
  return [...new Set(running.flatMap(({ stats }) => stats))];
}
