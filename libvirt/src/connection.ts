import type {
  DomainControlInfo,
  DomainEvent,
  DomainRef,
  DomainStateInfo,
  DomainStats,
  DomainStatsQuery,
  NodeInfo,
} from './domain.ts';
import type { LibvirtError } from './errors.ts';

export interface CallOptions {
  /** Aborting rejects the call with CallAbortedError at once. */
  signal?: AbortSignal;
  /** Default: the connection's `callTimeoutMs`. */
  timeoutMs?: number;
}

export interface AgentCommandOptions extends CallOptions {
  /** How long libvirt waits for the guest agent, seconds; -2 waits for ever, -1 libvirt's default (5 s), 0 not at all. */
  agentTimeoutSeconds?: number;
}

export interface SubscribeOptions extends CallOptions {
  onEvent: (event: DomainEvent) => void;
}

export interface Subscription {
  unsubscribe(): Promise<void>;
}

export declare class Connection {
  readonly uri: string;
  readonly readOnly: boolean;
  readonly closed: Promise<LibvirtError>;
  close(): Promise<void>;
  destroy(reason?: Error): void;
  hostname(options?: CallOptions): Promise<string>;
  nodeInfo(options?: CallOptions): Promise<NodeInfo>;
  libVersion(options?: CallOptions): Promise<string>;
  hypervisorVersion(options?: CallOptions): Promise<string>;
  listAllDomains(options?: CallOptions): Promise<DomainRef[]>;
  lookupByUuid(uuid: string, options?: CallOptions): Promise<DomainRef>;
  lookupByName(name: string, options?: CallOptions): Promise<DomainRef>;
  domainState(domain: DomainRef, options?: CallOptions): Promise<DomainStateInfo>;
  domainControlInfo(domain: DomainRef, options?: CallOptions): Promise<DomainControlInfo>;
  domainStats(query?: DomainStatsQuery, options?: CallOptions): Promise<DomainStats[]>;
  domainXml(
    domain: DomainRef,
    flags?: { inactive?: boolean; secure?: boolean },
    options?: CallOptions,
  ): Promise<string>;
  start(domain: DomainRef, options?: CallOptions): Promise<DomainRef>;
  shutdown(domain: DomainRef, options?: CallOptions): Promise<void>;
  reboot(domain: DomainRef, options?: CallOptions): Promise<void>;
  reset(domain: DomainRef, options?: CallOptions): Promise<void>;
  destroyDomain(domain: DomainRef, options?: CallOptions): Promise<void>;
  suspend(domain: DomainRef, options?: CallOptions): Promise<void>;
  resume(domain: DomainRef, options?: CallOptions): Promise<void>;
  defineXml(xml: string, options?: CallOptions): Promise<DomainRef>;
  undefine(domain: DomainRef, options?: CallOptions): Promise<void>;
  agentCommand(domain: DomainRef, command: string | object, options?: AgentCommandOptions): Promise<unknown>;
  subscribe(options: SubscribeOptions): Promise<Subscription>;
}
