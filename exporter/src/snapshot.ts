import type { RawState } from '@faultline/contracts';
import type { DomainControlInfo, TypedValue } from '@faultline/libvirt';

/** The host a cycle looked at. Known from the first time libvirtd answered. */
export interface HostIdentity {
  name: string;
  /** libvirtd's, for example `9.0.0`. */
  libvirtVersion: string;
}

/** A domain's statistics under libvirt's own field names, and when they were read (ms). */
export interface DomainStatistics {
  at: number;
  values: ReadonlyMap<string, TypedValue>;
}

/** Whether QEMU's channel to the guest agent is open at the guest's end. That does not say that the agent answers. */
export type AgentChannel = 'connected' | 'disconnected';

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
  /** Null when this cycle could not read them. */
  statistics: DomainStatistics | null;
  /** When statistics were last read, by this cycle or one before (ms). */
  statisticsAt: number | null;
  /** This cycle left the domain out of the statistics, or waited for it in vain. */
  timedOut: boolean;
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
  /** How each lane fared, for the health of the collectors that live off it. */
  lanes: Record<Lane, LaneReport>;
}

/** `state` cannot block on a domain, `statistics` can and may be given up (decision 2). */
export type Lane = 'state' | 'statistics';

interface LaneReport {
  ok: boolean;
  durationMs: number;
}
