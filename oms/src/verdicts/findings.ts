import type { Evidence, EvidenceChannel } from '@faultline/contracts';

/** What each channel can find, and what that is worth. A finding that is in no row here cannot be written. */
export const FINDINGS = {
  /** The direct path: the host's cycles arrive (C4). */
  path: { answers: 'up', silent: 'down' },
  libvirt: { answers: 'up', unreachable: 'down', 'not-told': 'unknown' },
  /** libvirt's state and reason, by what they mean for the VM (B23). */
  domain: {
    running: 'up',
    panicked: 'down',
    'process-gone': 'down',
    'io-error': 'down',
    watchdog: 'down',
    stopped: 'down',
    dormant: 'down',
    passing: 'unknown',
    'not-told': 'unknown',
  },
  /** Whether the state is what somebody wanted (F2); `by-guest`: it was asked for from inside. */
  intent: { meant: 'up', 'by-guest': 'up', 'under-way': 'up', nobody: 'down' },
  control: { free: 'up', stuck: 'down', broken: 'down', 'not-told': 'unknown' },
  'guest-agent': { answers: 'up', silent: 'down', suppressed: 'unknown', 'not-told': 'unknown' },
  /** Requests to its disks, and packets that it sends. */
  'guest-io': { moving: 'up', still: 'down', 'not-told': 'unknown' },
  'guest-network': { ok: 'up', 'gateway-lost': 'down', 'external-lost': 'down', 'not-told': 'unknown' },
  'guest-filesystem': { writable: 'up', 'read-only': 'down', 'not-told': 'unknown' },
  /** The host's judgement in the same cycle (B2, B4). */
  host: {
    normal: 'up',
    abnormal: 'down',
    'nothing-known': 'unknown',
    'not-told-yet': 'unknown',
    'not-told': 'unknown',
  },
  external: { 'path-lost': 'down', 'nothing-found': 'unknown' },
  services: { 'not-active': 'down', 'nothing-found': 'unknown' },
} as const satisfies Record<EvidenceChannel, Record<string, Evidence['value']>>;

export type FindingOf<C extends EvidenceChannel> = keyof (typeof FINDINGS)[C] & string;

/** What was found on one channel. */
export interface Found<C extends EvidenceChannel = EvidenceChannel> {
  finding: FindingOf<C>;
  text: string;
  /** ms; null where there is nothing. */
  at: number | null;
}

/** All that is known of a VM at one moment, channel by channel. */
export type Findings = { [C in EvidenceChannel]: Found<C> };

export const valueOf = (channel: EvidenceChannel, finding: string): Evidence['value'] =>
  (FINDINGS[channel] as Record<string, Evidence['value']>)[finding] ?? 'unknown';
