import { ConnectionClosedError, ConnectionLostError, RemoteError } from './errors.ts';
import type { DomainEvent, DomainEventKind } from './event.ts';
import { eventProcedures, procedures } from './protocol/index.ts';
import type { CallLimits } from './session/pending-calls.ts';
import type { Session } from './session/session.ts';
import { XdrReader } from './wire/xdr-reader.ts';

export interface Subscription {
  /** Kinds that were asked for and that this daemon (or its driver) does not have. */
  readonly unavailable: readonly DomainEventKind[];
  /** Ends the delivery at once and tells the daemon. On a connection that is gone there is nothing left to do. */
  unsubscribe(): Promise<void>;
}

type Listener = (event: DomainEvent) => void;

/** What a daemon says to an event newer than itself, and a driver to one that it never has. */
const unsupported = new Set(['VIR_ERR_INTERNAL_ERROR', 'VIR_ERR_NO_SUPPORT', 'VIR_ERR_ARGUMENT_UNSUPPORTED']);

const eventByProcedure = new Map(eventProcedures.map((row) => [row.number, row]));

/** Which of the daemon's callback ids deliver to whom. */
export class Subscriptions {
  readonly #session: Session;
  readonly #callTimeoutMs: number;
  readonly #listeners = new Map<number, Listener>();

  constructor(session: Session, callTimeoutMs: number) {
    this.#session = session;
    this.#callTimeoutMs = callTimeoutMs;
    session.onMessage = (procedure, payload) => {
      this.#deliver(procedure, payload);
    };
    void session.closed.then(() => {
      this.#listeners.clear();
    });
  }

  /**
   * Registers for these kinds of events. One that the daemon does not have is left out; any other refusal takes all
   * back, as does that of lifecycle events: a driver without those tells nothing.
   */
  async add(kinds: readonly DomainEventKind[], listener: Listener, limits: CallLimits): Promise<Subscription> {
    const callbackIds: number[] = [];
    const unavailable: DomainEventKind[] = [];
    try {
      for (const { eventId, kind } of eventProcedures.filter((row) => kinds.includes(row.kind))) {
        const registered = this.#register(eventId, limits, (callbackId) => {
          callbackIds.push(callbackId);
          this.#listeners.set(callbackId, listener);
        });
        await registered.catch((error: unknown) => {
          const isOlder = error instanceof RemoteError && unsupported.has(error.codeName);
          if (!isOlder || kind === 'lifecycle') throw error;
          unavailable.push(kind);
        });
      }
    } catch (error) {
      this.#forget(callbackIds);
      throw error;
    }
    return { unavailable, unsubscribe: () => this.#remove(callbackIds.splice(0)) };
  }

  #register(eventId: number, limits: CallLimits, onRegistered: (callbackId: number) => void): Promise<unknown> {
    return this.#session.call(procedures.connectDomainEventCallbackRegisterAny, { eventId, domain: null }, limits, {
      onReply: ({ callbackId }) => {
        onRegistered(callbackId);
      },
      // Nobody waits for it any more: the daemon shall not go on sending to nobody.
      onLateReply: ({ callbackId }) => {
        this.#forget([callbackId]);
      },
    });
  }

  async #remove(callbackIds: readonly number[]): Promise<void> {
    for (const callbackId of callbackIds) this.#listeners.delete(callbackId);
    const limits = { timeoutMs: this.#callTimeoutMs };
    try {
      await Promise.all(
        callbackIds.map((callbackId) =>
          this.#session.call(procedures.connectDomainEventCallbackDeregisterAny, { callbackId }, limits),
        ),
      );
    } catch (error) {
      // The daemon forgets the callbacks of a connection that ended.
      if (!(error instanceof ConnectionClosedError || error instanceof ConnectionLostError)) throw error;
    }
  }

  /** For callbacks nobody holds: a daemon that does not take them back sends events that `#deliver` drops. */
  #forget(callbackIds: readonly number[]): void {
    this.#remove(callbackIds).catch(() => undefined);
  }

  #deliver(procedure: number, payload: Buffer): void {
    const row = eventByProcedure.get(procedure);
    // A message newer than our table, as libvirt's own client does, is dropped.
    if (!row) return;
    const reader = new XdrReader(payload);
    const { callbackId, event } = row.decode(reader);
    reader.end();
    const listener = this.#listeners.get(callbackId);
    if (listener && event) notify(listener, event);
  }
}

/** A listener's exception is its owner's bug: it must surface, but not break the session that delivers to others. */
function notify(listener: Listener, event: DomainEvent): void {
  try {
    listener(event);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
