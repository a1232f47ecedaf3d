import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DomainEventKind } from '../event.ts';
import { eventProcedures, procedures, type ProcedureName } from '../protocol/index.ts';
import { encodePacket, messageStatus, messageType, type Packet } from '../wire/packet.ts';
import { PacketReader } from '../wire/packet-reader.ts';

/** A call and its answer, as whole packets. */
export interface TappedCall {
  procedure: ProcedureName;
  /** Not an error. */
  ok: boolean;
  call: Buffer;
  reply: Buffer;
}

/** An event, as a whole packet. */
export interface TappedEvent {
  kind: DomainEventKind;
  packet: Buffer;
}

const names = new Map(
  (Object.keys(procedures) as ProcedureName[]).map((name) => {
    const { program, number } = procedures[name];
    return [`${program.number}/${number}`, name];
  }),
);
const kinds = new Map(eventProcedures.map(({ number, kind }) => [number, kind]));

/** Stands between clients and a real daemon's unix socket, passes every byte on, and keeps the calls and events. */
export class PacketTap {
  readonly uri: string;
  /** Answered calls, oldest first. */
  readonly calls: readonly TappedCall[];
  readonly events: readonly TappedEvent[];
  readonly #folder: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(folder: string, target: string) {
    const calls: TappedCall[] = [];
    const events: TappedEvent[] = [];
    this.calls = calls;
    this.events = events;
    this.#folder = folder;
    this.uri = `qemu+unix:///system?socket=${join(folder, 'tap')}`;
    this.#server = createServer((client) => {
      const daemon = createConnection(target);
      const waiting = new Map<number, Buffer>();
      this.#pass(client, daemon, ({ header, payload }) => {
        waiting.set(header.serial, encodePacket(header, payload));
      });
      this.#pass(daemon, client, ({ header, payload }) => {
        const packet = encodePacket(header, payload);
        const procedure = names.get(`${header.program}/${header.procedure}`);
        const kind = kinds.get(header.procedure);
        const call = waiting.get(header.serial);
        if (header.type === messageType.message && kind) events.push({ kind, packet });
        if (header.type !== messageType.reply || !procedure || !call) return;
        waiting.delete(header.serial);
        calls.push({ procedure, ok: header.status === messageStatus.ok, call, reply: packet });
      });
    });
  }

  /** `target`: the path of the daemon's socket. */
  static async start(target: string): Promise<PacketTap> {
    const folder = await mkdtemp(join(tmpdir(), 'packet-tap-'));
    const tap = new PacketTap(folder, target);
    await new Promise<void>((resolve, reject) => {
      tap.#server.once('error', reject);
      tap.#server.listen(join(folder, 'tap'), resolve);
    });
    return tap;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
    await rm(this.#folder, { recursive: true, force: true });
  }

  #pass(from: Socket, to: Socket, look: (packet: Packet) => void): void {
    const reader = new PacketReader();
    this.#sockets.add(from);
    from.on('data', (chunk: Buffer) => {
      to.write(chunk);
      for (const packet of reader.push(chunk)) look(packet);
    });
    // One end that goes away takes the other along: 'close' follows each error.
    from.on('error', () => undefined);
    from.on('close', () => {
      this.#sockets.delete(from);
      to.destroy();
    });
  }
}
