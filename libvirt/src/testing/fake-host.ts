import type { DomainRef, DomainStateName, StatsGroup, UndefineFlags } from '../domain.ts';
import type { DomainEvent, LifecycleEventName } from '../event.ts';
import type { NodeInfo } from '../host.ts';
import { FakeDomain, uuidFromName, type FakeDomainOptions } from './fake-domain.ts';
import { noDomain, refused } from './fake-errors.ts';
import type { FakePoolOptions } from './fake-pool.ts';
import { FakeStorage } from './fake-storage.ts';

/**
 * Where migrated domains go: what it throws (or rejects with) is why the destination refuses. By default every
 * destination takes them at once.
 */
export type FakeMigration = (domain: FakeDomainOptions, destination: string) => void | Promise<void>;

export interface FakeHostOptions {
  hostname?: string;
  libVersion?: string;
  /** Default `QEMU`. */
  hypervisorType?: string;
  hypervisorVersion?: string;
  /** Default: made from the hostname. */
  hostUuid?: string;
  /** Of all CPUs together, ns. */
  cpuStats?: Record<string, bigint>;
  /** Of the whole host, KiB. */
  memoryStats?: Record<string, bigint>;
  storagePools?: readonly FakePoolOptions[];
  nodeInfo?: Partial<NodeInfo>;
  /** The statistics that the driver has. Default: all. */
  statsGroups?: readonly StatsGroup[];
  /** The daemon is of a time when this was the newest virDomainEventID. Default: it knows all. */
  newestEventId?: number;
  migrateTo?: FakeMigration;
}

const defaultNodeInfo: NodeInfo = {
  model: 'x86_64',
  memoryKib: 16 * 1024 * 1024,
  cpus: 8,
  mhz: 2_600,
  numaNodes: 1,
  socketsPerNode: 1,
  coresPerSocket: 4,
  threadsPerCore: 2,
};

const defaultCpuStats = { kernel: 100_000_000_000n, user: 200_000_000_000n, idle: 900_000_000_000n, iowait: 0n };
const defaultMemoryStats = { total: 16_777_216n, free: 8_388_608n, buffers: 0n, cached: 1_048_576n };

type StopReason = 'shutdown' | 'destroyed' | 'saved' | 'migrated' | 'from-snapshot';

/** The host behind the fake daemon: its domains, and what happens to them, with the events QEMU's driver emits. */
export class FakeHost {
  readonly hostname: string;
  readonly libVersion: string;
  readonly hypervisorType: string;
  readonly hypervisorVersion: string;
  readonly hostUuid: string;
  readonly cpuStats: Record<string, bigint>;
  readonly memoryStats: Record<string, bigint>;
  readonly storage: FakeStorage;
  readonly nodeInfo: NodeInfo;
  readonly statsGroups: readonly StatsGroup[] | undefined;
  readonly newestEventId: number;
  readonly migrateTo: FakeMigration;
  /** Domains whose QEMU does not answer its monitor. */
  readonly hung = new Set<string>();
  readonly #domains = new Map<string, FakeDomain>();
  readonly emit: (event: DomainEvent) => void;
  #lastId = 0;

  constructor(options: FakeHostOptions, emit: (event: DomainEvent) => void) {
    this.hostname = options.hostname ?? 'fake-host';
    this.libVersion = options.libVersion ?? '9.0.0';
    this.hypervisorType = options.hypervisorType ?? 'QEMU';
    this.hostUuid = options.hostUuid ?? uuidFromName(this.hostname);
    this.cpuStats = options.cpuStats ?? defaultCpuStats;
    this.memoryStats = options.memoryStats ?? defaultMemoryStats;
    this.storage = new FakeStorage(options.storagePools);
    this.hypervisorVersion = options.hypervisorVersion ?? '7.2.0';
    this.nodeInfo = { ...defaultNodeInfo, ...options.nodeInfo };
    this.statsGroups = options.statsGroups;
    this.migrateTo = options.migrateTo ?? (() => undefined);
    this.newestEventId = options.newestEventId ?? Infinity;
    this.emit = emit;
  }

  get domains(): FakeDomain[] {
    return [...this.#domains.values()];
  }

  add(options: FakeDomainOptions): FakeDomain {
    const domain = new FakeDomain(options, ++this.#lastId);
    this.#domains.set(domain.uuid, domain);
    return domain;
  }

  remove(uuid: string): void {
    this.#domains.delete(this.byUuid(uuid).uuid);
  }

  /** Throws VIR_ERR_NO_DOMAIN, as the daemon would. */
  byUuid(uuid: string): FakeDomain {
    const domain = this.#domains.get(uuid.toLowerCase());
    if (!domain) throw noDomain(`no domain with matching uuid '${uuid}'`);
    return domain;
  }

  byName(name: string): FakeDomain {
    const domain = this.domains.find((each) => each.name === name);
    if (!domain) throw noDomain(`no domain with matching name '${name}'`);
    return domain;
  }

  /** Sets a state as it is, with the id that goes with it. */
  change(uuid: string, state: DomainStateName, reason?: string): void {
    const domain = this.byUuid(uuid);
    const wasActive = domain.active;
    domain.setState(state, reason);
    if (!domain.active) domain.id = -1;
    else if (!wasActive) domain.id = ++this.#lastId;
  }

  active(ref: DomainRef): FakeDomain {
    const domain = this.byUuid(ref.uuid);
    if (!domain.active) throw refused('domain is not running');
    return domain;
  }

  start(ref: DomainRef, { paused = false, forceBoot = false } = {}): FakeDomain {
    const domain = this.byUuid(ref.uuid);
    if (domain.active) throw refused('domain is already running');
    const restored = domain.saved && !forceBoot;
    domain.id = ++this.#lastId;
    domain.saved = false;
    domain.setState(paused ? 'paused' : 'running', paused ? 'user' : restored ? 'restored' : 'booted');
    if (restored) {
      this.lifecycle(domain, 'started', 'restored');
      if (!paused) this.lifecycle(domain, 'resumed', 'unpaused');
    } else {
      if (!paused) this.lifecycle(domain, 'resumed', 'unpaused');
      this.lifecycle(domain, 'started', 'booted');
      if (paused) this.lifecycle(domain, 'suspended', 'paused');
    }
    return domain;
  }

  /** A transient domain. */
  create(xml: string, flags: { paused: boolean }): FakeDomain {
    const domain = this.#fromXml(xml);
    if (domain.active) throw refused(`domain '${domain.name}' already exists with uuid ${domain.uuid}`);
    if (!domain.known) domain.persistent = false;
    return this.start(domain.ref, flags);
  }

  managedSave(ref: DomainRef): void {
    const domain = this.active(ref);
    if (!domain.persistent) throw refused('cannot do managed save for transient domain');
    this.lifecycle(domain, 'suspended', 'paused');
    domain.saved = true;
    this.stop(domain, 'saved');
  }

  pmSuspend(ref: DomainRef): void {
    const domain = this.active(ref);
    domain.setState('pmsuspended');
    this.lifecycle(domain, 'pmsuspended', 'memory');
  }

  pmWakeup(ref: DomainRef): void {
    const domain = this.active(ref);
    if (domain.state !== 'pmsuspended') throw refused('Unable to wake up domain: domain is not pmsuspended');
    domain.setState('running', 'wakeup');
    this.lifecycle(domain, 'started', 'wakeup');
  }

  shutdown(ref: DomainRef): void {
    const domain = this.active(ref);
    if (domain.ignoresAcpi) return;
    this.lifecycle(domain, 'shutdown', 'guest');
    this.stop(domain, 'shutdown');
  }

  destroy(ref: DomainRef): void {
    const domain = this.active(ref);
    this.lifecycle(domain, 'shutdown', 'host');
    this.stop(domain, 'destroyed');
  }

  reboot(ref: DomainRef): void {
    const domain = this.active(ref);
    if (!domain.ignoresAcpi) this.emit({ kind: 'reboot', domain: domain.ref });
  }

  reset(ref: DomainRef): void {
    this.emit({ kind: 'reboot', domain: this.active(ref).ref });
  }

  suspend(ref: DomainRef): void {
    const domain = this.active(ref);
    if (domain.state === 'pmsuspended') throw refused('domain is pmsuspended');
    if (domain.state === 'paused') return;
    domain.setState('paused', 'user');
    this.lifecycle(domain, 'suspended', 'paused');
  }

  resume(ref: DomainRef): void {
    const domain = this.active(ref);
    if (domain.state === 'pmsuspended') throw refused('domain is pmsuspended');
    if (domain.state === 'running') throw refused('domain is already running');
    domain.setState('running', 'unpaused');
    this.lifecycle(domain, 'resumed', 'unpaused');
  }

  define(xml: string): FakeDomain {
    const domain = this.#fromXml(xml);
    domain.xml = xml;
    domain.persistent = true;
    this.lifecycle(domain, 'defined', domain.known ? 'updated' : 'added');
    domain.known = true;
    return domain;
  }

  undefine(ref: DomainRef, flags: Partial<UndefineFlags> = {}): void {
    const domain = this.byUuid(ref.uuid);
    if (!domain.persistent) throw refused('cannot undefine transient domain');
    if (domain.saved && !flags.managedSave) {
      throw refused('Refusing to undefine while domain managed save image exists');
    }
    if (domain.snapshots.size > 0 && !flags.snapshotsMetadata) {
      throw refused(`cannot delete inactive domain with ${domain.snapshots.size} snapshots`);
    }
    domain.persistent = false;
    domain.saved = false;
    domain.snapshots.clear();
    if (!domain.active) this.#domains.delete(domain.uuid);
    this.lifecycle(domain, 'undefined', 'removed');
  }

  /** The domain that the XML is about; `known` says whether it was there before. */
  #fromXml(xml: string): FakeDomain {
    const name = /<name>([^<]+)<\/name>/.exec(xml)?.[1];
    if (!name) throw refused('the domain XML has no name');
    const uuid = /<uuid>([^<]+)<\/uuid>/.exec(xml)?.[1];
    const known = this.domains.find((each) => each.uuid === uuid?.toLowerCase() || (!uuid && each.name === name));
    if (known) return known;
    const domain = this.add({ name, xml, state: 'shutoff', reason: 'unknown', ...(uuid ? { uuid } : {}) });
    domain.known = false;
    return domain;
  }

  stop(domain: FakeDomain, reason: StopReason): void {
    domain.id = -1;
    domain.setState('shutoff', reason);
    // Whatever kept its QEMU from answering is gone with it.
    this.hung.delete(domain.uuid);
    domain.occupiedSince = undefined;
    domain.grantedMemoryKib = undefined;
    domain.grantedVcpus = undefined;
    this.lifecycle(domain, 'stopped', reason);
    if (!domain.persistent) this.#domains.delete(domain.uuid);
  }

  lifecycle(domain: FakeDomain, event: LifecycleEventName, detail: string): void {
    this.emit({ kind: 'lifecycle', domain: domain.ref, event, detail });
  }
}
