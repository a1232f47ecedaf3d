import type { StatsGroup } from '@faultline/libvirt';
import type { Collector } from './collector.ts';
import { cycle } from './cycle.ts';
import { domainAgent } from './domain-agent.ts';
import { domainBlockLimits } from './domain-block-limits.ts';
import { domainBlock, domainBlockWithSource } from './domain-block.ts';
import { domainControl } from './domain-control.ts';
import { domainCpu } from './domain-cpu.ts';
import { domainEvents } from './domain-events.ts';
import { domainInfo } from './domain-info.ts';
import { domainInterface, domainInterfaceWithSource } from './domain-interface.ts';
import { domainJob } from './domain-job.ts';
import { domainLastJob } from './domain-last-job.ts';
import { domainMemory } from './domain-memory.ts';
import { domainMigration } from './domain-migration.ts';
import { domainOpenstack } from './domain-openstack.ts';
import { domainState } from './domain-state.ts';
import { domainStatistics } from './domain-statistics.ts';
import { domainVcpu } from './domain-vcpu.ts';
import { guestAgent } from './guest-agent.ts';
import { guestFileSystem } from './guest-file-system.ts';
import { guestNetwork } from './guest-network.ts';
import { external } from './external.ts';
import { hardwareBmc } from './hardware-bmc.ts';
import { hardwareReadings } from './hardware-readings.ts';
import { hardwareSmart } from './hardware-smart.ts';
import { hardware } from './hardware.ts';
import { hostPressure } from './host-pressure.ts';
import { host } from './host.ts';
import { legacy } from './legacy.ts';
import { services } from './services.ts';
import { storagePools } from './storage-pools.ts';

/** Every collector, in the order of its series on the page. */
export const collectors: readonly Collector[] = [
  host,
  cycle,
  domainState,
  domainMigration,
  domainControl,
  domainAgent,
  domainEvents,
  domainInfo,
  domainOpenstack,
  domainCpu,
  domainVcpu,
  domainMemory,
  domainBlock,
  domainBlockLimits,
  domainInterface,
  domainJob,
  domainLastJob,
  domainStatistics,
  hardware,
  hardwareReadings,
  hardwareSmart,
  hardwareBmc,
  hostPressure,
  guestAgent,
  guestNetwork,
  guestFileSystem,
  storagePools,
  external,
  services,
];

/** The collectors with what older exporters call otherwise, and with the labels that they have more. */
export function withLegacyNames(running: readonly Collector[]): Collector[] {
  const others = new Map([domainBlockWithSource, domainInterfaceWithSource].map((other) => [other.name, other]));
  return [...running.map((collector) => others.get(collector.name) ?? collector), legacy];
}

/** What the bulk statistics call must ask for, so that these collectors have what they live off. */
export function statsGroupsOf(running: readonly Collector[]): readonly StatsGroup[] {
  return [...new Set(running.flatMap(({ stats }) => stats))];
}
