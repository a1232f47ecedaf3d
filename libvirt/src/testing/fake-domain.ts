import { createHash } from 'node:crypto';
import type {
  AddressSource,
  DiskErrorName,
  DomainControlInfo,
  DomainInterface,
  DomainRef,
  DomainStateName,
  TypedValue,
} from '../domain.ts';
import type { DomainJobStats } from '../job.ts';
import { addressSourceNames } from '../names/addresses.ts';
import { enumCode } from '../names/enum-names.ts';
import { domainReasonNames, domainStateNames } from '../names/states.ts';

/**
 * A guest agent: gets the parsed command, gives what goes into `return` (or a promise of it). What it throws is
 * answered as an error of the agent, with the message as text.
 */
export type FakeAgent = (command: { execute: string; arguments?: unknown }) => unknown;

/** A job: its statistics under libvirt's own names; `operation` is a number there. */
export interface FakeJob {
  type: DomainJobStats['type'];
  values: Record<string, TypedValue>;
}

/** What a snapshot keeps of its domain. */
export interface FakeSnapshot {
  xml: string;
  state: DomainStateName;
}

export interface FakeDomainOptions {
  name: string;
  /** Default: made from the name, the same every time. */
  uuid?: string;
  /** Default `running`. */
  state?: DomainStateName;
  /** Default: the usual one of that state (`booted`, `user`, `shutdown`, `panicked`, else `unknown`). */
  reason?: string;
  control?: Partial<DomainControlInfo>;
  /** Added to `state.state` and `state.reason`. A whole number is sent as int (uint if too large), another as double. */
  stats?: Record<string, TypedValue>;
  /** Default: a minimal `<domain>` with name and UUID. */
  xml?: string;
  /** Absent: no agent configured. null: configured, but not connected. */
  agent?: FakeAgent | null;
  /** What the guest may be given, and has; default 1 GiB, or `balloon.maximum` and `balloon.current` of `stats`. */
  maxMemoryKib?: number;
  memoryKib?: number;
  /** Default 1, or `vcpu.current` of `stats`. */
  vcpus?: number;
  /** Default `vcpu.maximum` of `stats`, or what it has. */
  maxVcpus?: number;
  /** Errors of its disks, by target. */
  diskErrors?: Record<string, DiskErrorName>;
  title?: string;
  description?: string;
  /** Elements of `<metadata>`, by namespace. */
  metadata?: Record<string, string>;
  /** The job that is running, and the last one that ended. */
  job?: FakeJob;
  completedJob?: FakeJob;
  /** What DOMAIN_INTERFACE_ADDRESSES tells, by source. */
  addresses?: Partial<Record<AddressSource, DomainInterface[]>>;
  /** A guest that ignores ACPI: shutdown and reboot succeed and nothing happens. Default false. */
  ignoresAcpi?: boolean;
}

const defaultMemoryKib = 1024 * 1024;

const usualReason: Partial<Record<DomainStateName, string>> = {
  running: 'booted',
  paused: 'user',
  shutdown: 'user',
  shutoff: 'shutdown',
  crashed: 'panicked',
};

/** One scripted domain. */
export class FakeDomain {
  readonly name: string;
  readonly uuid: string;
  id: number;
  xml: string;
  agent: FakeAgent | null | undefined;
  readonly ignoresAcpi: boolean;
  readonly title: string | undefined;
  readonly description: string | undefined;
  readonly metadata: Record<string, string>;
  persistent = true;
  /** Whether it was there before the XML that is being looked at. */
  known = true;
  autostart = false;
  /** Its memory lies on the host; the next start goes on from there. */
  saved = false;
  /** What it has; undefined: as scripted. */
  grantedMemoryKib: number | undefined;
  grantedVcpus: number | undefined;
  maxSpeedMibps = 8_796_093_022_207;
  maxDowntimeMs = 300;
  /** Devices that were attached, by alias. */
  readonly aliases = new Map<string, string>();
  readonly snapshots = new Map<string, FakeSnapshot>();
  job: FakeJob | null;
  completedJob: FakeJob | null;
  stats: Record<string, TypedValue>;
  /** When a caller went into the monitor of a hung domain and did not come back, ms epoch. */
  occupiedSince: number | undefined;
  readonly #options: FakeDomainOptions;
  #control: Partial<DomainControlInfo>;
  #state: DomainStateName = 'running';
  #reason = 'booted';

  constructor(options: FakeDomainOptions, id: number) {
    this.#options = options;
    this.name = options.name;
    this.uuid = options.uuid?.toLowerCase() ?? uuidFromName(options.name);
    this.id = id;
    this.xml = options.xml ?? `<domain type='qemu'><name>${this.name}</name><uuid>${this.uuid}</uuid></domain>`;
    this.agent = options.agent;
    this.ignoresAcpi = options.ignoresAcpi ?? false;
    this.title = options.title;
    this.description = options.description;
    this.metadata = { ...options.metadata };
    this.job = options.job ?? null;
    this.completedJob = options.completedJob ?? null;
    this.stats = { ...options.stats };
    this.#control = { ...options.control };
    this.setState(options.state ?? 'running', options.reason);
    if (!this.active) this.id = -1;
  }

  get ref(): DomainRef {
    return { name: this.name, uuid: this.uuid, id: this.id };
  }

  get state(): DomainStateName {
    return this.#state;
  }

  get reason(): string {
    return this.#reason;
  }

  get stateCode(): number {
    return domainStateNames.indexOf(this.#state);
  }

  get reasonCode(): number {
    return enumCode(domainReasonNames[this.#state], this.#reason);
  }

  get active(): boolean {
    return this.#state !== 'shutoff' && this.#state !== 'nostate';
  }

  get control(): DomainControlInfo {
    const occupied: Partial<DomainControlInfo> =
      this.occupiedSince === undefined ? {} : { state: 'occupied', stateTimeMs: Date.now() - this.occupiedSince };
    return { state: 'ok', details: 'none', stateTimeMs: 0, ...this.#control, ...occupied };
  }

  /** Throws a TypeError for a reason that the state does not have. */
  setState(state: DomainStateName, reason: string = usualReason[state] ?? 'unknown'): void {
    enumCode(domainReasonNames[state], reason);
    this.#state = state;
    this.#reason = reason;
  }

  setControl(control: Partial<DomainControlInfo>): void {
    this.#control = { ...this.#control, ...control };
  }

  get maxMemoryKib(): number {
    return this.#options.maxMemoryKib ?? Number(this.stats['balloon.maximum'] ?? defaultMemoryKib);
  }

  get memoryKib(): number {
    return (
      this.grantedMemoryKib ?? this.#options.memoryKib ?? Number(this.stats['balloon.current'] ?? this.maxMemoryKib)
    );
  }

  get vcpus(): number {
    return this.grantedVcpus ?? this.#options.vcpus ?? Number(this.stats['vcpu.current'] ?? 1);
  }

  get maxVcpus(): number {
    return this.#options.maxVcpus ?? Number(this.stats['vcpu.maximum'] ?? this.vcpus);
  }

  get diskErrors(): Record<string, DiskErrorName> {
    return this.#options.diskErrors ?? {};
  }

  get cpuTimeNs(): bigint {
    return this.active ? BigInt(this.stats['cpu.time'] ?? 0n) : 0n;
  }

  addresses(source: number): DomainInterface[] {
    const name = addressSourceNames[source];
    return (name && this.#options.addresses?.[name]) ?? [];
  }

  /** Every statistic of the domain, by libvirt's name. */
  get allStats(): Record<string, TypedValue> {
    return { 'state.state': this.stateCode, 'state.reason': this.reasonCode, ...this.stats };
  }
}

export function uuidFromName(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}
