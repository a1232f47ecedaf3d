import {
  CallAbortedError,
  CallTimeoutError,
  ConnectionLostError,
  LibvirtError,
  ProtocolError,
  TooManyCallsError,
} from '../errors.ts';
import type { Procedure } from '../protocol/procedure.ts';
import { remoteError } from '../protocol/types.ts';
import { decodeWith, type Codec } from '../wire/codec.ts';
import { messageStatus, type Packet } from '../wire/packet.ts';

/** As many as a list of domains may have items (REMOTE_DOMAIN_LIST_MAX); more is a caller without bounds. */
export const maxWaitingCalls = 16_384;
/** Calls given up whose reply may still come. A daemon that owes more than this is taken for gone. */
export const maxAbandonedCalls = 1_024;

/** What setTimeout can count, 25 days; it takes a longer time for none. */
const longestTimerMs = 2 ** 31 - 1;

export interface CallLimits {
  signal?: AbortSignal | undefined;
  timeoutMs: number;
}

export interface ReplyHandlers<Ret> {
  /** Gets the decoded reply before any later packet is looked at: an event may follow in the same read. */
  onReply?: ((ret: Ret) => void) | undefined;
  /** Gets the good reply of a call that was given up, should it come after all. */
  onLateReply?: ((ret: Ret) => void) | undefined;
}

/** The serial to send the call with, and its reply. */
export interface StartedCall<Ret> {
  serial: number;
  reply: Promise<Ret>;
}

interface Entry {
  procedure: Pick<Procedure<unknown, unknown>, 'name' | 'number' | 'program'>;
  abandoned: boolean;
  /** Ends the wait with what the packet says. Throws ProtocolError if the payload is not what the procedure returns. */
  finish(packet: Packet): void;
  fail(error: LibvirtError): void;
}

/**
 * The calls that wait for a reply, by serial. A call stops waiting in exactly one of four ways: reply, deadline, abort,
 * end of the connection; its timer and its abort listener go with it. After a deadline or an abort the serial stays,
 * so that the late reply is told from a reply to a call never made.
 */
export class PendingCalls {
  readonly #entries = new Map<number, Entry>();
  readonly #onOverdue: (error: ConnectionLostError) => void;
  #abandoned = 0;
  #lastSerial = 0;

  constructor(onOverdue: (error: ConnectionLostError) => void) {
    this.#onOverdue = onOverdue;
  }

  get waiting(): number {
    return this.#entries.size - this.#abandoned;
  }

  get abandoned(): number {
    return this.#abandoned;
  }

  start<Args, Ret>(
    procedure: Procedure<Args, Ret>,
    limits: CallLimits,
    handlers: ReplyHandlers<Ret> = {},
  ): StartedCall<Ret> {
    if (this.waiting >= maxWaitingCalls) throw new TooManyCallsError(maxWaitingCalls);
    const serial = this.#nextSerial();
    const reply = new Promise<Ret>((resolve, reject) => {
      const release = this.#limit(serial, procedure.name, limits);
      const entry: Entry = {
        procedure,
        abandoned: false,
        finish: (packet) => {
          release();
          try {
            const ret = decodeReply(procedure.ret, packet);
            (entry.abandoned ? handlers.onLateReply : handlers.onReply)?.(ret);
            resolve(ret);
          } catch (error) {
            if (!(error instanceof LibvirtError)) throw error;
            reject(error);
            if (error instanceof ProtocolError) throw error;
          }
        },
        fail: (error) => {
          release();
          reject(error);
        },
      };
      this.#entries.set(serial, entry);
    });
    return { serial, reply };
  }

  /** Takes a reply packet. Throws ProtocolError when it answers no call of ours or cannot be read. */
  finish(packet: Packet): void {
    const { serial, program, procedure, status } = packet.header;
    const entry = this.#entries.get(serial);
    if (!entry) throw new ProtocolError(`a reply has serial ${serial}, which no call was made with`);
    if (entry.procedure.program.number !== program || entry.procedure.number !== procedure) {
      throw new ProtocolError(
        `the reply to ${entry.procedure.name} names procedure ${procedure} of program ${program}`,
      );
    }
    if (status !== messageStatus.ok && status !== messageStatus.error) {
      throw new ProtocolError(`the reply to ${entry.procedure.name} has the unknown status ${status}`);
    }
    this.#entries.delete(serial);
    if (entry.abandoned) this.#abandoned--;
    entry.finish(packet);
  }

  /** Wakes every waiter with `error` and forgets all serials. */
  failAll(error: LibvirtError): void {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    this.#abandoned = 0;
    for (const entry of entries) entry.fail(error);
  }

  /** Wakes every waiter with `error`; their replies may still come. */
  abandonAll(error: LibvirtError): void {
    for (const serial of [...this.#entries.keys()]) this.#abandon(serial, error);
  }

  /** Arms deadline and abort; returns what disarms both. */
  #limit(serial: number, name: string, { signal, timeoutMs }: CallLimits): () => void {
    const onAbort = (): void => {
      this.#abandon(serial, new CallAbortedError(name, signal?.reason));
    };
    const timer = setTimeout(
      () => {
        this.#abandon(serial, new CallTimeoutError(name, timeoutMs));
      },
      Math.min(timeoutMs, longestTimerMs),
    );
    signal?.addEventListener('abort', onAbort, { once: true });
    return () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
  }

  #abandon(serial: number, error: LibvirtError): void {
    const entry = this.#entries.get(serial);
    if (!entry || entry.abandoned) return;
    entry.abandoned = true;
    this.#abandoned++;
    entry.fail(error);
    if (this.#abandoned > maxAbandonedCalls) {
      this.#onOverdue(new ConnectionLostError(`the daemon left ${this.#abandoned} calls unanswered`));
    }
  }

  /** "serial is set by client, incrementing by 1 each time" (virnetprotocol.x); wraps, and skips those in use. */
  #nextSerial(): number {
    do {
      this.#lastSerial = (this.#lastSerial + 1) >>> 0;
    } while (this.#entries.has(this.#lastSerial));
    return this.#lastSerial;
  }
}

/** Throws the RemoteError that a reply carries, or ProtocolError for bytes that are not what the procedure returns. */
function decodeReply<Ret>(ret: Codec<Ret>, { header, payload }: Packet): Ret {
  if (header.status === messageStatus.error) throw decodeWith(remoteError, payload);
  return decodeWith(ret, payload);
}
