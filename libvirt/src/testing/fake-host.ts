import type { DomainEvent, DomainRef, DomainStateName, LifecycleEventName, StatsGroup } from '../domain.ts';
import type { NodeInfo } from '../host.ts';
import { FakeDomain, uuidFromName, type FakeDomainOptions } from './fake-domain.ts';
import { noDomain, refused } from './fake-errors.ts';
import { FakeStorage, type FakePoolOptions } from './fake-storage.ts';

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
  /** Domains whose QEMU does not answer its monitor. */
  readonly hung = new Set<string>();
  readonly #domains = new Map<string, FakeDomain>();
  readonly #emit: (event: DomainEvent) => void;
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
    this.#emit = emit;
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

  start(ref: DomainRef): FakeDomain {
    const domain = this.byUuid(ref.uuid);
    if (domain.active) throw refused('domain is already running');
    domain.id = ++this.#lastId;
    domain.setState('running', 'booted');
    this.#lifecycle(domain, 'resumed', 'unpaused');
    this.#lifecycle(domain, 'started', 'booted');
    return domain;
  }

  shutdown(ref: DomainRef): void {
    const domain = this.active(ref);
    if (domain.ignoresAcpi) return;
    this.#lifecycle(domain, 'shutdown', 'guest');
    this.#stop(domain, 'shutdown');
  }

  destroy(ref: DomainRef): void {
    const domain = this.active(ref);
    this.#lifecycle(domain, 'shutdown', 'host');
    this.#stop(domain, 'destroyed');
  }

  reboot(ref: DomainRef): void {
    const domain = this.active(ref);
    if (!domain.ignoresAcpi) this.#emit({ kind: 'reboot', domain: domain.ref });
  }

  reset(ref: DomainRef): void {
    this.#emit({ kind: 'reboot', domain: this.active(ref).ref });
  }

  suspend(ref: DomainRef): void {
    const domain = this.active(ref);
    if (domain.state === 'pmsuspended') throw refused('domain is pmsuspended');
    if (domain.state === 'paused') return;
    domain.setState('paused', 'user');
    this.#lifecycle(domain, 'suspended', 'paused');
  }

  resume(ref: DomainRef): void {
    const domain = this.active(ref);
    if (domain.state === 'pmsuspended') throw refused('domain is pmsuspended');
    if (domain.state === 'running') throw refused('domain is already running');
    domain.setState('running', 'unpaused');
    this.#lifecycle(domain, 'resumed', 'unpaused');
  }

  define(xml: string): FakeDomain {
    const name = /<name>([^<]+)<\/name>/.exec(xml)?.[1];
    if (!name) throw refused('the domain XML has no name');
    const uuid = /<uuid>([^<]+)<\/uuid>/.exec(xml)?.[1];
    const known = this.domains.find((each) => each.uuid === uuid?.toLowerCase() || (!uuid && each.name === name));
    const domain = known ?? this.add({ name, xml, state: 'shutoff', reason: 'unknown', ...(uuid ? { uuid } : {}) });
    domain.xml = xml;
    domain.persistent = true;
    this.#lifecycle(domain, 'defined', known ? 'updated' : 'added');
    return domain;
  }

  undefine(ref: DomainRef): void {
    const domain = this.byUuid(ref.uuid);
    if (!domain.persistent) throw refused('cannot undefine transient domain');
    domain.persistent = false;
    if (!domain.active) this.#domains.delete(domain.uuid);
    this.#lifecycle(domain, 'undefined', 'removed');
  }

  #stop(domain: FakeDomain, reason: 'shutdown' | 'destroyed'): void {
    domain.id = -1;
    domain.setState('shutoff', reason);
    // Whatever kept its QEMU from answering is gone with it.
    this.hung.delete(domain.uuid);
    domain.occupiedSince = undefined;
    this.#lifecycle(domain, 'stopped', reason);
    if (!domain.persistent) this.#domains.delete(domain.uuid);
  }

  #lifecycle(domain: FakeDomain, event: LifecycleEventName, detail: string): void {
    this.#emit({ kind: 'lifecycle', domain: domain.ref, event, detail });
  }
}
