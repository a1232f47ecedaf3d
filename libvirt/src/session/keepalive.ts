import { keepaliveProgram } from '../protocol/procedure.ts';
import { encodePacket, messageStatus, messageType, type PacketHeader } from '../wire/packet.ts';

/** `enum keepalive_procedure`, virkeepaliveprotocol.x. */
export const keepaliveProcedure = { ping: 1, pong: 2 } as const;

export interface KeepaliveOptions {
  /** Silence after which a ping is sent, and between pings, ms. */
  intervalMs: number;
  /** Pings without any sign of life before the connection is given up. */
  count: number;
}

/** A whole ping or pong packet: both are events, with serial 0 and no payload. */
export function keepalivePacket(procedure: number): Buffer {
  return encodePacket(
    {
      program: keepaliveProgram.number,
      version: keepaliveProgram.version,
      procedure,
      type: messageType.message,
      serial: 0,
      status: messageStatus.ok,
    },
    Buffer.alloc(0),
  );
}

export function isKeepalive(header: PacketHeader): boolean {
  return header.program === keepaliveProgram.number;
}

/** Pings a silent daemon. Any packet counts as a sign of life, as in libvirt's own client. */
export class Keepalive {
  readonly #timer: NodeJS.Timeout;
  #unanswered = 0;

  constructor({ intervalMs, count }: KeepaliveOptions, actions: { ping(): void; dead(silentMs: number): void }) {
    this.#timer = setInterval(() => {
      if (this.#unanswered >= count) {
        actions.dead(this.#unanswered * intervalMs);
        return;
      }
      this.#unanswered++;
      actions.ping();
    }, intervalMs);
    this.#timer.unref();
  }

  heard(): void {
    this.#unanswered = 0;
    this.#timer.refresh();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
