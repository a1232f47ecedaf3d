import type { CallOptions } from './call-options.ts';
import { ControlCalls } from './calls/control-calls.ts';
import { HardwareCalls } from './calls/hardware-calls.ts';
import { MigrationCalls } from './calls/migration-calls.ts';
import { SnapshotCalls } from './calls/snapshot-calls.ts';
import { StorageCalls } from './calls/storage-calls.ts';
import { ConnectionLostError, type LibvirtError } from './errors.ts';
import { EventStream, type EventStreamOptions } from './event-stream.ts';
import type { DomainEvent, DomainEventKind, DomainEventOf } from './event.ts';
import { eventProcedures, procedures } from './protocol/index.ts';
import type { Session } from './session/session.ts';
import { Subscriptions, type Subscription } from './subscriptions.ts';

export interface SubscribeOptions<Kind extends DomainEventKind = DomainEventKind> extends CallOptions {
  /** Default: all kinds. */
  kinds?: readonly Kind[];
  /**
   * Called for each event in the order of arrival, in the turn in which it is read: nothing is queued, and nothing more is
   * read until it returns. What it throws is an uncaught exception. Work that has to wait belongs into `events()`.
   */
  onEvent: (event: DomainEventOf<Kind>) => void;
}

/** How long `close` waits for the daemon's goodbye, ms. */
const closeTimeoutMs = 1_000;

/**
 * A session with one libvirtd. Every method is one remote call (two where it says so) and fails with the errors of
 * errors.ts: RemoteError for the daemon's own, CallTimeoutError, CallAbortedError, ConnectionLostError,
 * ConnectionClosedError, ProtocolError. What every host and domain has is here, the rest in groups: `hardware`,
 * `snapshots`, `migration`, `storage`.
 *
 * Flags and `CallOptions` go into one object: `start(domain, { paused: true, timeoutMs: 5_000 })`.
 *
 * libvirtd works on at most `max_client_requests` (5 by default) calls of a connection at a time and reads nothing
 * more until one of them is done: calls that hang on a stuck VM therefore belong on a connection of their own.
 */
export class Connection extends ControlCalls {
  readonly uri: string;
  readonly readOnly: boolean;
  /** Resolves once, with why, when the connection is gone. Never rejects. */
  readonly closed: Promise<LibvirtError>;
  /** Devices, vCPUs and memory of domains. */
  readonly hardware: HardwareCalls;
  readonly snapshots: SnapshotCalls;
  readonly migration: MigrationCalls;
  /** Storage pools and volumes. */
  readonly storage: StorageCalls;
  readonly #session: Session;
  readonly #subscriptions: Subscriptions;
  #closing: Promise<void> | undefined;

  /** Made by `connect`. */
  constructor(session: Session, options: { uri: string; readOnly: boolean; callTimeoutMs: number }) {
    const { uri, readOnly, callTimeoutMs } = options;
    super(session, callTimeoutMs);
    this.uri = uri;
    this.readOnly = readOnly;
    this.closed = session.closed;
    this.hardware = new HardwareCalls(session, callTimeoutMs);
    this.snapshots = new SnapshotCalls(session, callTimeoutMs);
    this.migration = new MigrationCalls(session, callTimeoutMs);
    this.storage = new StorageCalls(session, callTimeoutMs);
    this.#session = session;
    this.#subscriptions = new Subscriptions(session, callTimeoutMs);
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

  /**
   * Delivers the events of all domains until unsubscribed or closed. One call for each kind. A daemon older than a kind
   * (or a driver without it) leaves that out, and the subscription says so; without lifecycle events it fails.
   */
  subscribe<Kind extends DomainEventKind>({
    kinds,
    onEvent,
    ...options
  }: SubscribeOptions<Kind>): Promise<Subscription> {
    const asked: readonly DomainEventKind[] = kinds ?? eventProcedures.map(({ kind }) => kind);
    // The daemon sends to a callback id only what that was registered for.
    return this.#subscriptions.add(asked, onEvent as (event: DomainEvent) => void, this.limits(options));
  }

  /**
   * The same events for `for await`, at the reader's pace and with a bounded queue; subscribed when it resolves. Leaving
   * the loop unsubscribes.
   */
  events(options: EventStreamOptions = {}): Promise<EventStream> {
    return EventStream.open(options, (onEvent) => this.subscribe({ ...options, onEvent }), this.closed);
  }
}
