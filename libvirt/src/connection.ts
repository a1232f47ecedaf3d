import { agentTimeout, parseAgentReply, type AgentCommandOptions } from './agent.ts';
import type { CallOptions } from './call-options.ts';
import type {
  DomainControlInfo,
  DomainEvent,
  DomainRef,
  DomainStateInfo,
  DomainStats,
  DomainStatsQuery,
  NodeInfo,
} from './domain.ts';
import { ConnectionLostError, type LibvirtError } from './errors.ts';
import { controlInfo } from './names/control.ts';
import { domainStateInfo } from './names/states.ts';
import { procedures, type Procedure } from './protocol/index.ts';
import type { CallLimits } from './session/pending-calls.ts';
import type { Session } from './session/session.ts';
import { statsFlagBits, statsGroupBits } from './stats-bits.ts';
import { Subscriptions, type Subscription } from './subscriptions.ts';
import { versionText } from './version.ts';

export interface SubscribeOptions extends CallOptions {
  /** Called for each event in the order of arrival. What it throws is an uncaught exception. */
  onEvent: (event: DomainEvent) => void;
}

/** How long `close` waits for the daemon's goodbye, ms. */
const closeTimeoutMs = 1_000;
/** libvirt sends SIGTERM, and SIGKILL 10 s later if that did not help, ms. */
const destroyTimeoutMs = 30_000;
/** VIR_DOMAIN_XML_*, libvirt-domain.h. */
const xmlFlag = { secure: 1 << 0, inactive: 1 << 1 };

/**
 * A session with one libvirtd. Every method is one remote call and fails with the errors of errors.ts: RemoteError
 * for the daemon's own, CallTimeoutError, CallAbortedError, ConnectionLostError, ConnectionClosedError, ProtocolError.
 *
 * libvirtd works on at most `max_client_requests` (5 by default) calls of a connection at a time and reads nothing
 * more until one of them is done: calls that hang on a stuck VM therefore belong on a connection of their own.
 */
export class Connection {
  readonly uri: string;
  readonly readOnly: boolean;
  /** Resolves once, with why, when the connection is gone. Never rejects. */
  readonly closed: Promise<LibvirtError>;
  readonly #session: Session;
  readonly #callTimeoutMs: number;
  readonly #subscriptions: Subscriptions;
  #closing: Promise<void> | undefined;

  /** Made by `connect`. */
  constructor(session: Session, options: { uri: string; readOnly: boolean; callTimeoutMs: number }) {
    this.uri = options.uri;
    this.readOnly = options.readOnly;
    this.#session = session;
    this.#callTimeoutMs = options.callTimeoutMs;
    this.closed = session.closed;
    this.#subscriptions = new Subscriptions(session, this.#callTimeoutMs);
  }

  /**
   * Says goodbye (CONNECT_CLOSE, waiting 1 s at most) and ends. Pending calls reject with ConnectionClosedError, as do
   * later ones. Never rejects; may be called twice.
   */
  close(): Promise<void> {
    this.#closing ??= this.#session.close(procedures.connectClose, closeTimeoutMs);
    return this.#closing;
  }

  /** Gives the connection up at once, without a word to the daemon. Pending calls reject with ConnectionLostError. */
  destroy(reason?: Error): void {
    const because = reason ? `: ${reason.message}` : '';
    this.#session.end(new ConnectionLostError(`the connection was given up${because}`, { cause: reason }));
  }

  async hostname(options?: CallOptions): Promise<string> {
    return (await this.#call(procedures.connectGetHostname, undefined, options)).hostname;
  }

  async nodeInfo(options?: CallOptions): Promise<NodeInfo> {
    const info = await this.#call(procedures.nodeGetInfo, undefined, options);
    return {
      model: info.model,
      memoryKib: Number(info.memory),
      cpus: info.cpus,
      mhz: info.mhz,
      numaNodes: info.nodes,
      socketsPerNode: info.sockets,
      coresPerSocket: info.cores,
      threadsPerCore: info.threads,
    };
  }

  /** The daemon's libvirt, e.g. `9.0.0`. */
  async libVersion(options?: CallOptions): Promise<string> {
    return versionText((await this.#call(procedures.connectGetLibVersion, undefined, options)).version);
  }

  /** The hypervisor's version, e.g. QEMU's `7.2.0`. */
  async hypervisorVersion(options?: CallOptions): Promise<string> {
    return versionText((await this.#call(procedures.connectGetVersion, undefined, options)).version);
  }

  /** Active and inactive domains. */
  async listAllDomains(options?: CallOptions): Promise<DomainRef[]> {
    const { domains } = await this.#call(procedures.connectListAllDomains, { needResults: 1, flags: 0 }, options);
    return [...domains];
  }

  /** RemoteError VIR_ERR_NO_DOMAIN when there is none. */
  async lookupByUuid(uuid: string, options?: CallOptions): Promise<DomainRef> {
    return (await this.#call(procedures.domainLookupByUuid, { uuid }, options)).domain;
  }

  /** RemoteError VIR_ERR_NO_DOMAIN when there is none. */
  async lookupByName(name: string, options?: CallOptions): Promise<DomainRef> {
    return (await this.#call(procedures.domainLookupByName, { name }, options)).domain;
  }

  /** What the daemon knows without asking the hypervisor: never waits for a domain's job. */
  async domainState(domain: DomainRef, options?: CallOptions): Promise<DomainStateInfo> {
    const { state, reason } = await this.#call(procedures.domainGetState, { domain, flags: 0 }, options);
    return domainStateInfo(state, reason);
  }

  /** Whether the control channel to the hypervisor is free; never waits for it. Inactive: VIR_ERR_OPERATION_INVALID. */
  async domainControlInfo(domain: DomainRef, options?: CallOptions): Promise<DomainControlInfo> {
    return controlInfo(await this.#call(procedures.domainGetControlInfo, { domain, flags: 0 }, options));
  }

  /**
   * One record a domain. A domain that went away meanwhile is left out. One stuck QEMU holds the whole answer: noWait
   * helps only while another call is already inside its monitor. The groups state, interface, perf and memory never
   * enter the monitor.
   */
  async domainStats(query: DomainStatsQuery = {}, options?: CallOptions): Promise<DomainStats[]> {
    // On the wire an empty list means every domain; a caller who left out all that are stuck must not get them all.
    if (query.domains?.length === 0) return [];
    const args = {
      domains: query.domains ?? [],
      stats: statsGroupBits(query.groups ?? []),
      flags: statsFlagBits(query.flags ?? {}),
    };
    return [...(await this.#call(procedures.connectGetAllDomainStats, args, options)).records];
  }

  /** `secure` (passwords included) is refused on a read-only connection. */
  async domainXml(
    domain: DomainRef,
    { inactive = false, secure = false }: { inactive?: boolean; secure?: boolean } = {},
    options?: CallOptions,
  ): Promise<string> {
    const flags = (inactive ? xmlFlag.inactive : 0) | (secure ? xmlFlag.secure : 0);
    return (await this.#call(procedures.domainGetXmlDesc, { domain, flags }, options)).xml;
  }

  /** virDomainCreateWithFlags. The answer has the new id. Running already: VIR_ERR_OPERATION_INVALID. */
  async start(domain: DomainRef, options?: CallOptions): Promise<DomainRef> {
    return (await this.#call(procedures.domainCreateWithFlags, { domain, flags: 0 }, options)).domain;
  }

  /** Asks the guest (agent or ACPI). Success means asked: the guest may ignore it. */
  async shutdown(domain: DomainRef, options?: CallOptions): Promise<void> {
    await this.#call(procedures.domainShutdown, { domain }, options);
  }

  /** Asks the guest (agent or ACPI). Success means asked: the guest may ignore it. */
  async reboot(domain: DomainRef, options?: CallOptions): Promise<void> {
    await this.#call(procedures.domainReboot, { domain, flags: 0 }, options);
  }

  /** The reset button: the guest is not asked. */
  async reset(domain: DomainRef, options?: CallOptions): Promise<void> {
    await this.#call(procedures.domainReset, { domain, flags: 0 }, options);
  }

  /**
   * Ends the domain, as pulling the plug (virDomainDestroy). It stays defined. A QEMU that does not react is killed
   * after 10 s (11.3 s measured), so the default deadline is 30 s at least.
   */
  async destroyDomain(domain: DomainRef, options?: CallOptions): Promise<void> {
    const timeoutMs = Math.max(this.#callTimeoutMs, destroyTimeoutMs);
    await this.#call(procedures.domainDestroy, { domain }, { timeoutMs, ...options });
  }

  async suspend(domain: DomainRef, options?: CallOptions): Promise<void> {
    await this.#call(procedures.domainSuspend, { domain }, options);
  }

  async resume(domain: DomainRef, options?: CallOptions): Promise<void> {
    await this.#call(procedures.domainResume, { domain }, options);
  }

  /** Defines a persistent domain, or redefines the one with that UUID. */
  async defineXml(xml: string, options?: CallOptions): Promise<DomainRef> {
    return (await this.#call(procedures.domainDefineXml, { xml }, options)).domain;
  }

  /** Forgets the definition; a running domain runs on as a transient one. */
  async undefine(domain: DomainRef, options?: CallOptions): Promise<void> {
    await this.#call(procedures.domainUndefine, { domain }, options);
  }

  /**
   * Sends a command to the guest agent, e.g. `{ execute: 'guest-ping' }`, and gives the `return` of its answer.
   * No agent: VIR_ERR_AGENT_UNRESPONSIVE; an error of the agent itself: VIR_ERR_INTERNAL_ERROR with its text.
   */
  async agentCommand(
    domain: DomainRef,
    command: string | object,
    { agentTimeoutSeconds, ...options }: AgentCommandOptions = {},
  ): Promise<unknown> {
    const { timeout, timeoutMs } = agentTimeout(agentTimeoutSeconds, options.timeoutMs ?? this.#callTimeoutMs);
    const text = typeof command === 'string' ? command : JSON.stringify(command);
    const args = { domain, command: text, timeout, flags: 0 };
    return parseAgentReply((await this.#call(procedures.domainAgentCommand, args, { timeoutMs, ...options })).result);
  }

  /** Delivers lifecycle, reboot, watchdog, I/O error and agent events of all domains until unsubscribed or closed. */
  subscribe({ onEvent, ...options }: SubscribeOptions): Promise<Subscription> {
    return this.#subscriptions.add(onEvent, this.#limits(options));
  }

  #call<Args, Ret>(procedure: Procedure<Args, Ret>, args: Args, options?: CallOptions): Promise<Ret> {
    return this.#session.call(procedure, args, this.#limits(options));
  }

  #limits({ signal, timeoutMs = this.#callTimeoutMs }: CallOptions = {}): CallLimits {
    return { signal, timeoutMs };
  }
}
