import { ConnectionClosedError, ConnectionLostError, RemoteError } from './errors.ts';
import type { DomainEvent, DomainEventKind } from './event.ts';
import type { EventProcedure } from './protocol/event-row.ts';
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

/** What the daemon knows a kind of event by, and who wants it. */
interface Registration {
  callbackId: number;
  listeners: Set<Listener>;
}

/**
 * Which kinds of events are registered for, and whom they are delivered to. The daemon takes one registration of a
 * kind from a connection ("event callback already tracked"), so all subscriptions share it; the last to leave ends it.
 */
export class Subscriptions {
  readonly #session: Session;
  readonly #callTimeoutMs: number;
  readonly #registrations = new Map<DomainEventKind, Registration>();
  readonly #turns = new Map<DomainEventKind, Promise<unknown>>();

  constructor(session: Session, callTimeoutMs: number) {
    this.#session = session;
    this.#callTimeoutMs = callTimeoutMs;
    session.onMessage = (procedure, payload) => {
      this.#deliver(procedure, payload);
    };
    void session.closed.then(() => {
      this.#registrations.clear();
    });
  }

  /**
   * Subscribes to these kinds of events. One that the daemon does not have is left out; any other refusal takes all
   * back, as does that of lifecycle events: a driver without those tells nothing.
   */
  async add(
    kinds: readonly DomainEventKind[],
    onEvent: (event: DomainEvent) => void,
    limits: CallLimits,
  ): Promise<Subscription> {
    // Of its own, also where one function is subscribed twice.
    const listener: Listener = (event) => {
      onEvent(event);
    };
    const held: DomainEventKind[] = [];
    const unavailable: DomainEventKind[] = [];
    try {
      for (const row of eventProcedures.filter(({ kind }) => kinds.includes(kind))) {
        if (await this.#hold(row, listener, limits)) held.push(row.kind);
        else unavailable.push(row.kind);
      }
    } catch (error) {
      // Nobody holds these: a daemon that does not take them back sends events that `#deliver` drops.
      this.#release(held, listener).catch(() => undefined);
      throw error;
    }
    return { unavailable, unsubscribe: () => this.#release(held.splice(0), listener) };
  }

  /** Whether the daemon has such events. */
  #hold({ kind, eventId }: EventProcedure, listener: Listener, limits: CallLimits): Promise<boolean> {
    return this.#inTurn(kind, async () => {
      const registration = this.#registrations.get(kind);
      if (registration) {
        registration.listeners.add(listener);
        return true;
      }
      const register = procedures.connectDomainEventCallbackRegisterAny;
      try {
        await this.#session.call(register, { eventId, domain: null }, limits, {
          onReply: ({ callbackId }) => {
            this.#registrations.set(kind, { callbackId, listeners: new Set([listener]) });
          },
          // Nobody waits for it any more, unless the next has come: the daemon shall not go on sending to nobody.
          onLateReply: ({ callbackId }) => {
            this.#registrations.set(kind, { callbackId, listeners: new Set() });
            this.#release([kind], listener).catch(() => undefined);
          },
        });
        return true;
      } catch (error) {
        if (!(error instanceof RemoteError)) throw error;
        const late = this.#registrations.get(kind);
        late?.listeners.add(listener);
        if (late) return true;
        if (kind === 'lifecycle' || !unsupported.has(error.codeName)) throw error;
        return false;
      }
    });
  }

  async #release(kinds: readonly DomainEventKind[], listener: Listener): Promise<void> {
    for (const kind of kinds) this.#registrations.get(kind)?.listeners.delete(listener);
    const release = (kind: DomainEventKind) => async () => {
      const registration = this.#registrations.get(kind);
      if (!registration || registration.listeners.size > 0) return;
      this.#registrations.delete(kind);
      await this.#deregister(registration.callbackId);
    };
    await Promise.all(kinds.map((kind) => this.#inTurn(kind, release(kind))));
  }

  async #deregister(callbackId: number): Promise<void> {
    const limits = { timeoutMs: this.#callTimeoutMs };
    try {
      await this.#session.call(procedures.connectDomainEventCallbackDeregisterAny, { callbackId }, limits);
    } catch (error) {
      // The daemon forgets the callbacks of a connection that ended.
      if (!(error instanceof ConnectionClosedError || error instanceof ConnectionLostError)) throw error;
    }
  }

  /** One after the other for each kind: who comes while another registers shares what that gets. */
  #inTurn<T>(kind: DomainEventKind, act: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(kind) ?? Promise.resolve()).then(act);
    this.#turns.set(
      kind,
      turn.catch(() => undefined),
    );
    return turn;
  }

  #deliver(procedure: number, payload: Buffer): void {
    const row = eventByProcedure.get(procedure);
    // A message newer than our table, as libvirt's own client does, is dropped.
    if (!row) return;
    const reader = new XdrReader(payload);
    const { callbackId, event } = row.decode(reader);
    reader.end();
    const registration = this.#registrations.get(row.kind);
    if (!event || registration?.callbackId !== callbackId) return;
    for (const listener of registration.listeners) notify(listener, event);
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
