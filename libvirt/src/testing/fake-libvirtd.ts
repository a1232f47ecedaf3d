import type {
  DomainControlInfo,
  DomainEvent,
  DomainRef,
  DomainStateInfo,
  LifecycleEventName,
  NodeInfo,
  TypedValue,
} from '../domain.ts';
import type { DomainStateName } from '../names/states.ts';

/** A guest agent: gets the parsed command, returns what goes into `return`, or throws to answer with an error. */
export type FakeAgent = (command: { execute: string; arguments?: unknown }) => unknown;

export interface FakeDomainOptions {
  name: string;
  /** Default: made from the name, stable. */
  uuid?: string;
  /** Default `running`. */
  state?: DomainStateName;
  /** Default: the usual reason of that state (`booted`, `user`, `shutdown`, ...). */
  reason?: string;
  control?: Partial<DomainControlInfo>;
  /** Added to `state.state` and `state.reason`. A number is sent as int, or double when it has a fraction. */
  stats?: Record<string, TypedValue>;
  /** Default: a minimal `<domain>` with name and UUID. */
  xml?: string;
  /** Default: no agent configured, every agent command is refused. */
  agent?: FakeAgent;
  /** A guest that ignores ACPI: shutdown and reboot succeed and nothing happens. Default false. */
  ignoresAcpi?: boolean;
}

export interface FakeLibvirtdOptions {
  domains?: readonly FakeDomainOptions[];
  hostname?: string;
  /** Default `['none']`. */
  auth?: readonly ('none' | 'sasl' | 'polkit')[];
  libVersion?: string;
  hypervisorVersion?: string;
  nodeInfo?: Partial<NodeInfo>;
}

/** One call that arrived, oldest first in `calls`. */
export interface FakeCall {
  /** The row's name in the procedure table, e.g. `domainGetState`; `unknown-<number>` otherwise. */
  procedure: string;
  /** UUIDs of the domains the call names. */
  domains: string[];
  /** 1 for the first client since the start. */
  connection: number;
}

export interface FakeFault {
  /** Only this procedure (name as in FakeCall). */
  procedure?: string;
  /** Only calls that concern this domain. */
  uuid?: string;
}

export declare class FakeLibvirtd {
  static start(options?: FakeLibvirtdOptions): Promise<FakeLibvirtd>;
  /** `qemu+unix:///system?socket=...`. */
  readonly uri: string;
  readonly socketPath: string;
  readonly calls: readonly FakeCall[];
  /** Open client connections now. */
  readonly connections: number;
  stop(): Promise<void>;

  domain(uuid: string): DomainRef & DomainStateInfo;
  addDomain(options: FakeDomainOptions): DomainRef;
  removeDomain(uuid: string): void;
  /** Changes what is answered; emits no event. */
  setState(uuid: string, state: { state: DomainStateName; reason?: string }): void;
  setControl(uuid: string, control: Partial<DomainControlInfo>): void;
  setStats(uuid: string, stats: Record<string, TypedValue>): void;
  setXml(uuid: string, xml: string): void;
  setAgent(uuid: string, agent: FakeAgent | null): void;

  /** To every client that registered for this kind of event. */
  emit(event: DomainEvent): void;
  emitLifecycle(uuid: string, event: LifecycleEventName, detail: string): void;

  /** As a stopped QEMU: calls that enter its monitor are never answered; state and control info (occupied) are. */
  hang(uuid: string): void;
  /** Calls that match are not answered until `release`. */
  hold(fault: FakeFault): void;
  /** Ends every hang and hold, and answers what was held, late. */
  release(): void;
  delay(fault: FakeFault & { ms: number }): void;
  fail(fault: FakeFault & { code: number; message: string }): void;
  /** Ends every hold, hang, delay and failure. */
  clearFaults(): void;
  /** Resolves when that call has arrived `count` times in all (default 1). */
  waitForCall(procedure: string, count?: number): Promise<void>;

  dropConnections(): void;
  /** Bytes as they are, to every client. */
  sendRaw(bytes: Uint8Array): void;
  /** Sends a keepalive ping to every client; resolves when all have answered. */
  ping(): Promise<void>;
  /** From now on keepalive pings of clients are not answered. */
  ignoreKeepalive(): void;
}
