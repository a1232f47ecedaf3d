import { mkdtemp, rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DomainControlInfo, DomainRef, DomainStateInfo, DomainStateName, TypedValue } from '../domain.ts';
import type { DomainEvent, LifecycleEventName } from '../event.ts';
import { authTypes, FakeClient, type FakeService } from './fake-client.ts';
import type { FakeAgent, FakeDomain, FakeDomainOptions, FakeJob } from './fake-domain.ts';
import { FakeFaults, type FakeFault } from './fake-faults.ts';
import { FakeHost, type FakeHostOptions } from './fake-host.ts';
import { FakeListener, type FakeListen } from './fake-listener.ts';

export interface FakeLibvirtdOptions extends FakeHostOptions {
  domains?: readonly FakeDomainOptions[];
  /** What AUTH_LIST offers. Default `['none']`. */
  auth?: readonly (keyof typeof authTypes)[];
  /** Whether polkit lets the caller in. Default true. */
  polkitAllows?: boolean;
  /** Default `unix`. */
  listen?: FakeListen;
}

/** One call that arrived. */
export interface FakeCall {
  /** The row's name in the procedure table, e.g. `domainGetState`; `unknown-<number>` otherwise. */
  procedure: string;
  /** UUIDs of the domains the call names. */
  domains: string[];
}

/**
 * A libvirtd for tests: on a real socket (unix in a temporary folder, TCP or TLS), speaking the real protocol, with scripted
 * domains. Calls that change a domain change it, and emit the events QEMU's driver emits. Calls it does not know are
 * answered with an error, as the daemon does.
 */
export class FakeLibvirtd {
  /** All calls since the start, oldest first. */
  readonly calls: readonly FakeCall[];
  readonly #folder: string;
  readonly #listener: FakeListener;
  readonly #clients = new Map<Socket, FakeClient>();
  readonly #host: FakeHost;
  readonly #service: FakeService;
  #callWaiters: (() => void)[] = [];

  private constructor(folder: string, options: FakeLibvirtdOptions) {
    this.#folder = folder;
    this.#listener = new FakeListener(options.listen ?? 'unix', join(folder, 'libvirt-sock'));
    this.#host = new FakeHost(options, (event) => {
      this.emit(event);
    });
    for (const domain of options.domains ?? []) this.#host.add(domain);
    const calls: FakeCall[] = [];
    this.calls = calls;
    this.#service = {
      host: this.#host,
      faults: new FakeFaults(this.#host),
      auth: (options.auth ?? ['none']).map((type) => authTypes[type]),
      polkitAllows: options.polkitAllows ?? true,
      openedNames: [],
      answersKeepalive: true,
      record: (call) => {
        calls.push(call);
        for (const check of this.#callWaiters) check();
      },
    };
  }

  static async start(options: FakeLibvirtdOptions = {}): Promise<FakeLibvirtd> {
    const daemon = new FakeLibvirtd(await mkdtemp(join(tmpdir(), 'fake-libvirtd-')), options);
    await daemon.comeUp();
    return daemon;
  }

  /** Ends everything, and removes the socket and its folder. */
  async stop(): Promise<void> {
    await this.goDown();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** The daemon dies: connections break and the socket takes none. Domains stay as they are. */
  async goDown(): Promise<void> {
    this.#service.faults.clear({ answer: false });
    this.dropConnections();
    await this.#listener.close();
  }

  /** After `goDown`: listens again where it did before. */
  comeUp(): Promise<void> {
    return this.#listener.open((socket) => {
      this.#accept(socket);
    });
  }

  /** What to connect to, without ways to authenticate: a TLS client needs its certificates. */
  get uri(): string {
    return this.#listener.uri;
  }

  /** For `listen: 'unix'`. */
  get socketPath(): string {
    return this.#listener.socketPath;
  }

  /** The names that clients opened (CONNECT_OPEN), oldest first. */
  get openedNames(): readonly (string | null)[] {
    return this.#service.openedNames;
  }

  /** Open client connections now. */
  get connections(): number {
    return this.#clients.size;
  }

  /** The domain as it is now. Throws RemoteError VIR_ERR_NO_DOMAIN for an unknown UUID, as all methods by UUID do. */
  domain(uuid: string): DomainRef & DomainStateInfo {
    const { ref, state, reason, stateCode, reasonCode } = this.#host.byUuid(uuid);
    return { ...ref, state, reason, stateCode, reasonCode };
  }

  /** By the name given at the start. */
  domainNamed(name: string): DomainRef & DomainStateInfo {
    return this.domain(this.#host.byName(name).uuid);
  }

  /** Emits no event. */
  addDomain(options: FakeDomainOptions): DomainRef {
    return this.#host.add(options).ref;
  }

  /** Emits no event. */
  removeDomain(uuid: string): void {
    this.#host.remove(uuid);
  }

  /** Changes what is answered; emits no event. */
  setState(uuid: string, { state, reason }: { state: DomainStateName; reason?: string }): void {
    this.#host.change(uuid, state, reason);
  }

  /** Changes the given fields. */
  setControl(uuid: string, control: Partial<DomainControlInfo>): void {
    this.#host.byUuid(uuid).setControl(control);
  }

  /** Replaces the scripted statistics. */
  setStats(uuid: string, stats: Record<string, TypedValue>): void {
    this.#domain(uuid).stats = { ...stats };
  }

  /** Null: it has ended. */
  setJob(uuid: string, job: FakeJob | null): void {
    this.#host.byUuid(uuid).job = job;
  }

  setXml(uuid: string, xml: string): void {
    this.#domain(uuid).xml = xml;
  }

  /** null: the agent is configured, but not connected. Emits no event. */
  setAgent(uuid: string, agent: FakeAgent | null): void {
    this.#domain(uuid).agent = agent;
  }

  /** To every client that registered for this kind of event. */
  emit(event: DomainEvent): void {
    for (const client of this.#clients.values()) client.emit(event);
  }

  /** Emits a lifecycle event without changing the domain. Throws a TypeError for a detail libvirt does not have. */
  emitLifecycle(uuid: string, event: LifecycleEventName, detail: string): void {
    this.emit({ kind: 'lifecycle', domain: this.#domain(uuid).ref, event, detail });
  }

  /**
   * As a stopped QEMU: calls that enter its monitor (agent, shutdown, suspend, ..., statistics other than state,
   * interface, perf and memory) are not answered until `release`, not even with NOWAIT unless another call is inside.
   * State, lists, XML and control info are; the latter says `occupied` once a call is inside.
   */
  hang(uuid: string): void {
    this.#host.hung.add(this.#domain(uuid).uuid);
  }

  /** Calls that match are not answered until `release`. */
  hold(fault: FakeFault): void {
    this.#service.faults.add({ ...fault, hold: true });
  }

  /** Calls that match are answered `ms` later. */
  delay({ ms, ...fault }: FakeFault & { ms: number }): void {
    this.#service.faults.add({ ...fault, delayMs: ms });
  }

  /** Calls that match are answered with this error; `code` is a virErrorNumber. */
  fail(fault: FakeFault & { code: number; message: string }): void {
    this.#service.faults.add(fault);
  }

  /** Ends every hang, hold, delay and failure, and answers what was held. */
  release(): void {
    this.#service.faults.clear({ answer: true });
  }

  /** Resolves when that call has arrived `count` times since the start. */
  waitForCall(procedure: string, count = 1): Promise<void> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (this.calls.filter((call) => call.procedure === procedure).length < count) return;
        this.#callWaiters = this.#callWaiters.filter((each) => each !== check);
        resolve();
      };
      this.#callWaiters.push(check);
      check();
    });
  }

  /** Breaks all connections; new ones are taken. */
  dropConnections(): void {
    for (const socket of this.#clients.keys()) socket.destroy();
    this.#clients.clear();
  }

  /** Bytes as they are, to every client: garbage, halves of packets, replies nobody asked for. */
  sendRaw(bytes: Uint8Array): void {
    for (const socket of this.#clients.keys()) socket.write(bytes);
  }

  /** Sends a keepalive ping to every client; resolves when all have answered. */
  async ping(): Promise<void> {
    await Promise.all(Array.from(this.#clients.values(), (client) => client.ping()));
  }

  /** From now on the pings of clients are not answered. */
  ignoreKeepalive(): void {
    this.#service.answersKeepalive = false;
  }

  #domain(uuid: string): FakeDomain {
    return this.#host.byUuid(uuid);
  }

  #accept(socket: Socket): void {
    this.#clients.set(socket, new FakeClient(socket, this.#service));
    socket.on('close', () => {
      this.#clients.delete(socket);
    });
    // A client that goes away while we write to it is no error of the daemon's; 'close' follows.
    socket.on('error', () => undefined);
  }
}
