import type { Duplex } from 'node:stream';
import {
  CallAbortedError,
  ConnectionClosedError,
  ConnectionLostError,
  LibvirtError,
  ProtocolError,
} from '../errors.ts';
import { remoteProgram, type Procedure, type Program } from '../protocol/procedure.ts';
import { encodeWith } from '../wire/codec.ts';
import { encodePacket, maxPayloadBytes, messageStatus, messageType, type Packet } from '../wire/packet.ts';
import { PacketReader } from '../wire/packet-reader.ts';
import { isKeepalive, Keepalive, keepalivePacket, keepaliveProcedure, type KeepaliveOptions } from './keepalive.ts';
import { PendingCalls, type CallLimits, type ReplyHandlers } from './pending-calls.ts';

/** Gets the procedure number and the payload of a message nobody asked for. Throws ProtocolError if it is garbled. */
export type MessageHandler = (procedure: number, payload: Buffer) => void;

/**
 * One RPC session on an open stream: calls out, replies and messages in, until it ends. It ends once, for one reason;
 * then every waiter is woken and nothing is sent any more.
 */
export class Session {
  /** Resolves with the reason when the session has ended. Never rejects. */
  readonly closed: Promise<LibvirtError>;
  readonly #stream: Duplex;
  readonly #reader = new PacketReader();
  readonly #pending = new PendingCalls((error) => {
    this.end(error);
  });
  readonly #keepalive: Keepalive | undefined;
  readonly #resolveClosed: (error: LibvirtError) => void;
  #onMessage: MessageHandler | undefined;
  #closing = false;
  #ended: LibvirtError | undefined;

  constructor(stream: Duplex, keepalive: KeepaliveOptions | false) {
    let resolveClosed: (error: LibvirtError) => void = () => undefined;
    this.closed = new Promise((resolve) => {
      resolveClosed = resolve;
    });
    this.#resolveClosed = resolveClosed;
    this.#stream = stream;
    stream.on('data', (chunk: Buffer) => {
      this.#receive(chunk);
    });
    stream.on('error', (error) => {
      this.end(new ConnectionLostError(`the connection broke: ${error.message}`, { cause: error }));
    });
    const onClosed = (): void => {
      this.end(new ConnectionLostError('the daemon closed the connection'));
    };
    stream.on('end', onClosed);
    stream.on('close', onClosed);
    // A listener for data does not start a stream that was paused, as a transport does after its own handshake.
    stream.resume();
    if (keepalive) {
      this.#keepalive = new Keepalive(keepalive, {
        ping: () => stream.write(keepalivePacket(keepaliveProcedure.ping)),
        dead: (silentMs) => {
          this.end(new ConnectionLostError(`no sign of life for ${silentMs} ms`));
        },
      });
    }
    if (stream.destroyed) onClosed();
  }

  /** Calls waiting for their reply now. */
  get waiting(): number {
    return this.#pending.waiting;
  }

  /** Where messages go that are neither replies nor keepalive. */
  set onMessage(handler: MessageHandler) {
    this.#onMessage = handler;
  }

  async call<Args, Ret>(
    procedure: Procedure<Args, Ret>,
    args: Args,
    limits: CallLimits,
    handlers?: ReplyHandlers<Ret>,
  ): Promise<Ret> {
    if (this.#ended) throw afterEnd(this.#ended);
    if (this.#closing) throw new ConnectionClosedError();
    if (limits.signal?.aborted) throw new CallAbortedError(procedure.name, limits.signal.reason);
    const payload = encodeWith(procedure.args, args);
    // Before the call is counted as made: nobody would wait for its reply.
    if (payload.length > maxPayloadBytes) {
      throw new ProtocolError(
        `the arguments of ${procedure.name} take ${payload.length} bytes, over ${maxPayloadBytes}`,
      );
    }
    const { serial, reply } = this.#pending.start(procedure, limits, handlers);
    this.#send(procedure, serial, payload);
    return reply;
  }

  /** Rejects waiting and later calls with ConnectionClosedError, says `goodbye` and ends. Never rejects. */
  async close(goodbye: Procedure<undefined, undefined>, timeoutMs: number): Promise<void> {
    if (this.#ended) return;
    this.#pending.abandonAll(new ConnectionClosedError());
    const farewell = this.call(goodbye, undefined, { timeoutMs });
    this.#closing = true;
    try {
      await farewell;
    } catch (error) {
      // The connection ends with or without the daemon's word.
      if (!(error instanceof LibvirtError)) throw error;
    }
    this.end(new ConnectionClosedError());
  }

  /** Ends the session for `reason`; does nothing when it has ended already. */
  end(reason: LibvirtError): void {
    if (this.#ended) return;
    this.#ended = this.#closing ? new ConnectionClosedError() : reason;
    this.#keepalive?.stop();
    this.#stream.destroy();
    this.#pending.failAll(afterEnd(this.#ended));
    this.#resolveClosed(this.#ended);
  }

  #send({ program, number }: { program: Program; number: number }, serial: number, payload: Buffer): void {
    const header = {
      program: program.number,
      version: program.version,
      procedure: number,
      type: messageType.call,
      serial,
      status: messageStatus.ok,
    };
    this.#gather();
    this.#stream.write(encodePacket(header, payload));
  }

  /** Calls made in one go leave in one system call: a hundred control infos a cycle would be a hundred. */
  #gather(): void {
    if (this.#stream.writableCorked > 0) return;
    this.#stream.cork();
    queueMicrotask(() => {
      this.#stream.uncork();
    });
  }

  #receive(chunk: Buffer): void {
    this.#keepalive?.heard();
    try {
      for (const packet of this.#reader.push(chunk)) {
        if (this.#ended) return;
        this.#dispatch(packet);
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.end(error);
    }
  }

  /** A daemon that pings and reads nothing gets no more pongs than the stream holds; those would say all there is to say. */
  #pong(): void {
    if (!this.#stream.writableNeedDrain) this.#stream.write(keepalivePacket(keepaliveProcedure.pong));
  }

  #dispatch(packet: Packet): void {
    const { header, payload } = packet;
    if (isKeepalive(header)) {
      if (header.procedure === keepaliveProcedure.ping) this.#pong();
    } else if (header.type === messageType.reply) {
      this.#pending.finish(packet);
    } else if (header.type === messageType.message && header.program === remoteProgram.number) {
      this.#onMessage?.(header.procedure, payload);
    } else {
      throw new ProtocolError(`a packet of type ${header.type} and program ${header.program} is not for a client`);
    }
  }
}

/** What calls get that were pending at the end or are made after it. */
function afterEnd(reason: LibvirtError): LibvirtError {
  if (reason instanceof ConnectionClosedError) return new ConnectionClosedError();
  return new ConnectionLostError(`the connection is gone: ${reason.message}`, { cause: reason });
}
