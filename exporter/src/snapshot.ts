import type { RawState } from '@faultline/contracts';
import type { DomainControlInfo, DomainJobStats, StoragePoolInfo, TimedStatistics } from '@faultline/libvirt';
import type { DomainDescription } from './description/description.ts';
import type { SourceObservations } from './hardware/model.ts';
import type { HostHardware } from './hardware/sources.ts';
import type { ExternalReading } from './external/external.ts';
import type { GuestReport } from './guests/report.ts';
import type { ServicesReading } from './services/service.ts';

/** The host a cycle looked at. Known from the first time libvirtd answered. */
export interface HostIdentity {
  name: string;
  /** libvirtd's, for example `9.0.0`. */
  libvirtVersion: string;
  /** The hypervisor's, for example QEMU's `7.2.0`; null where the driver has none. */
  hypervisorVersion: string | null;
}

/** Whether QEMU's channel to the guest agent is open at the guest's end. That does not say that the agent answers. */
export type AgentChannel = 'connected' | 'disconnected';

/** How often something happened to a domain, by libvirt's words for it. */
export interface EventCount {
  event: string;
  detail: string;
  count: number;
}

/** A job that ended; `values` as of DomainJobStats, with `success` where libvirt tells it. */
export interface CompletedJob extends Pick<DomainJobStats, 'operation' | 'values'> {
  /** When the event came, ms. */
  at: number;
}

/** Whether a domain is on its way to this host or away from it. */
export type Direction = 'in' | 'out';

/** One domain as one cycle saw it. Null is "not known", never a guess. */
export interface DomainSnapshot {
  uuid: string;
  name: string;
  /** The running instance; -1 while inactive. */
  id: number;
  state: RawState | null;
  /** Null for an inactive domain: it has no control interface. */
  control: DomainControlInfo | null;
  /** Null for a domain without an agent channel, or one that is not running. */
  agent: AgentChannel | null;
  /** What its XML says. Null when it could not be read yet. */
  description: DomainDescription | null;
  /** Null when this cycle could not read them. */
  statistics: TimedStatistics | null;
  /** When statistics were last read, by this cycle or one before (ms). */
  statisticsAt: number | null;
  /** This cycle left the domain out of the statistics, or waited for it in vain. */
  timedOut: boolean;
  /** Whether this host answers for the domain: not while it is only coming, nor when it has gone (`ownershipOf`). */
  owned: boolean;
  /** Null for a domain that stays where it is. */
  migrating: Direction | null;
  /** The job it is busy with, of type `none` where there is none. Null when libvirt was not asked or did not answer. */
  job: DomainJobStats | null;
  /** The last one that libvirt told the end of: dumps, backups and migrations, since this exporter started. */
  lastJob: CompletedJob | null;
  /** Since this exporter started. */
  events: readonly EventCount[];
}

/** A storage pool as it was last read. */
export interface PoolReading {
  name: string;
  uuid: string;
  /** Null when libvirt did not give it. */
  info: StoragePoolInfo | null;
  timedOut: boolean;
}

/**
 * What the sources beside libvirt's two lanes deliver (src/sources/), by the source's name. A source adds its row here and its
 * file to `sources/index.ts`.
 */
export interface Readings {
  /** The host's hardware (B1, B11), joined from all channels. */
  hardware: HostHardware;
  /** What the disks said of themselves. Already joined to `hardware`. */
  smart: SourceObservations;
  /** What the BMC said. Already joined to `hardware`. */
  bmc: SourceObservations;
  storagePools: readonly PoolReading[];
  /** Ways to what is attached outside the box (B9, B18). */
  external: ExternalReading;
  /** The host's services (B10, B19). */
  services: ServicesReading;
  /** What was last found in each guest that could be looked into, with times of its own. */
  guests: GuestReport[];
}

/** What a source delivered last, and when that reading began (ms). */
export interface Reading<Value> {
  value: Value;
  at: number;
}

/** How a reading went. */
export interface SourceReport {
  ok: boolean;
  durationMs: number;
}

/** Plain values of one collection cycle (decision 3): all that `/metrics` knows of the host. */
export interface HostSnapshot {
  /** Null until libvirtd answered for the first time. */
  host: HostIdentity | null;
  /** Whether this cycle reached libvirtd; when not, there are no domains. */
  up: boolean;
  cycle: {
    /** From 1, since the exporter started. */
    number: number;
    /** When reading the states began, ms: what changed after it is in the next cycle. */
    at: number;
  };
  domains: DomainSnapshot[];
  /** Absent: that source is off, or has delivered nothing yet. */
  readings: { [Name in keyof Readings]?: Reading<Readings[Name]> };
  /** How the latest reading of each source went, for the health of the collectors that live off it. Absent: there was none yet. */
  sources: Partial<Record<SourceName, SourceReport>>;
}

/** `state` cannot block on a domain, `statistics` can and may be given up (decision 2); the others are `Readings`. */
export type SourceName = 'state' | 'statistics' | keyof Readings;
