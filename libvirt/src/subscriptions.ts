import type { DomainEvent } from './domain.ts';
import { ConnectionClosedError, ConnectionLostError } from './errors.ts';
import { eventProcedures, procedures } from './protocol/index.ts';
import type { CallLimits } from './session/pending-calls.ts';
import type { Session } from './session/session.ts';
import { XdrReader } from './wire/xdr-reader.ts';

export interface Subscription {
  /** Ends the delivery at once and tells the daemon. On a connection that is gone there is nothing left to do. */
  unsubscribe(): Promise<void>;
}

type Listener = (event: DomainEvent) => void;

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

  /** Registers for every kind of event; takes all back when one is refused. */
  async add(listener: Listener, limits: CallLimits): Promise<Subscription> {
    const callbackIds: number[] = [];
    try {
      for (const { eventId } of eventProcedures) {
        await this.#register(eventId, limits, (callbackId) => {
          callbackIds.push(callbackId);
          this.#listeners.set(callbackId, listener);
        });
      }
    } catch (error) {
      this.#forget(callbackIds);
      throw error;
    }
    return { unsubscribe: () => this.#remove(callbackIds.splice(0)) };
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
