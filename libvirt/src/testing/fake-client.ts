import type { Socket } from 'node:net';
import type { DomainRef } from '../domain.ts';
import type { DomainEvent } from '../event.ts';
import { ProtocolError, RemoteError } from '../errors.ts';
import type { SnapshotRef } from '../snapshot.ts';
import { eventProcedures, procedures, remoteProgram, type Procedure, type ProcedureName } from '../protocol/index.ts';
import { remoteError } from '../protocol/types.ts';
import { isKeepalive, keepalivePacket, keepaliveProcedure } from '../session/keepalive.ts';
import { decodeWith, encodeWith } from '../wire/codec.ts';
import { encodePacket, messageStatus, messageType, type Packet, type PacketHeader } from '../wire/packet.ts';
import { PacketReader } from '../wire/packet-reader.ts';
import { XdrWriter } from '../wire/xdr-writer.ts';
import { daemonError, rpcError } from './fake-errors.ts';
import type { FakeFaults } from './fake-faults.ts';
import { handlers, type Caller } from './fake-handlers.ts';
import type { FakeHost } from './fake-host.ts';
import { refusedReadOnly } from './fake-read-only.ts';

/** remote_auth_type, remote_protocol.x. */
export const authTypes = { none: 0, sasl: 1, polkit: 2 } as const;

/** What the daemon shares with each of its clients. */
export interface FakeService {
  host: FakeHost;
  faults: FakeFaults;
  auth: readonly number[];
  polkitAllows: boolean;
  openedNames: (string | null)[];
  answersKeepalive: boolean;
  record(call: { procedure: string; domains: string[] }): void;
}

const rows = new Map(
  (Object.keys(procedures) as ProcedureName[]).map((key) => {
    const row = procedures[key] as Procedure<unknown, unknown>;
    return [`${row.program.number}/${row.program.version}/${row.number}`, { key, row }];
  }),
);
const programs = new Set(Array.from(rows.values(), ({ row }) => `${row.program.number}/${row.program.version}`));
const beforeOpen: ReadonlySet<ProcedureName> = new Set<ProcedureName>([
  'authList',
  'authPolkit',
  'connectOpen',
  'connectClose',
]);

/** One client's connection to the fake daemon. */
export class FakeClient implements Caller {
  readonly #socket: Socket;
  readonly #service: FakeService;
  readonly #reader = new PacketReader();
  readonly #callbacks = new Map<number, number>();
  readonly #pongs: (() => void)[] = [];
  #lastCallbackId = 0;
  #authenticated = false;
  #opened: { readOnly: boolean } | undefined;

  constructor(socket: Socket, service: FakeService) {
    this.#socket = socket;
    this.#service = service;
    socket.on('data', (chunk: Buffer) => {
      this.#receive(chunk);
    });
  }

  get auth(): readonly number[] {
    return this.#service.auth;
  }

  authenticate(way: 'polkit'): void {
    if (!this.auth.includes(authTypes[way])) throw daemonError(45, 'authentication failed: unexpected client');
    if (!this.#service.polkitAllows) throw daemonError(45, 'authentication failed: access denied by policy');
    this.#authenticated = true;
  }

  open(name: string | null, flags: number): void {
    this.#service.openedNames.push(name);
    this.#opened = { readOnly: flags % 2 === 1 };
  }

  register(eventId: number): number {
    const { newestEventId } = this.#service.host;
    if (eventId > newestEventId) throw daemonError(1, `internal error: unsupported event ID ${eventId}`, 7);
    const callbackId = ++this.#lastCallbackId;
    this.#callbacks.set(callbackId, eventId);
    return callbackId;
  }

  deregister(callbackId: number): void {
    if (!this.#callbacks.delete(callbackId)) {
      throw daemonError(8, `invalid argument: domain event callback ${callbackId} not registered`);
    }
  }

  emit(event: DomainEvent): void {
    const row = eventProcedures.find(({ kind }) => kind === event.kind);
    if (!row) throw new TypeError(`no message carries ${event.kind} events`);
    for (const [callbackId, eventId] of this.#callbacks) {
      if (eventId !== row.eventId) continue;
      const writer = new XdrWriter();
      row.encode(writer, { callbackId, event });
      this.#send({ ...remoteHeader, procedure: row.number, type: messageType.message, serial: 0 }, writer.toBuffer());
    }
  }

  ping(): Promise<void> {
    this.#socket.write(keepalivePacket(keepaliveProcedure.ping));
    return new Promise((resolve) => {
      this.#pongs.push(resolve);
    });
  }

  #receive(chunk: Buffer): void {
    try {
      for (const packet of this.#reader.push(chunk)) this.#dispatch(packet);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      // As the daemon: whoever breaks the framing is cut off.
      this.#socket.destroy();
    }
  }

  #dispatch(packet: Packet): void {
    const { header } = packet;
    if (isKeepalive(header)) {
      if (header.procedure === keepaliveProcedure.pong) this.#pongs.shift()?.();
      else if (this.#service.answersKeepalive) this.#socket.write(keepalivePacket(keepaliveProcedure.pong));
      return;
    }
    const program = `${header.program}/${header.version}`;
    const found = rows.get(`${program}/${header.procedure}`);
    if (found) {
      this.#call(packet, found.key, found.row);
      return;
    }
    this.#service.record({ procedure: `unknown-${header.procedure}`, domains: [] });
    this.#fail(
      header,
      programs.has(program)
        ? rpcError(`unknown procedure: ${header.procedure}`)
        : rpcError(`Cannot find program ${header.program} version ${header.version}`),
    );
  }

  #call({ header, payload }: Packet, key: ProcedureName, row: Procedure<unknown, unknown>): void {
    try {
      const args = decodeArgs(row, payload);
      const domains = domainsIn(args);
      this.#service.record({ procedure: key, domains });
      this.#allow(key, args);
      this.#service.faults.apply({ procedure: key, domains, args }, () => {
        this.#answer(header, key, row, args);
      });
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error;
      this.#fail(header, error);
    }
  }

  /** In the same turn unless the handler itself waits: an event emitted next follows the reply, as from the daemon. */
  #answer(header: PacketHeader, key: ProcedureName, row: Procedure<unknown, unknown>, args: unknown): void {
    const handle = handlers[key] as (host: FakeHost, args: unknown, caller: Caller) => unknown;
    const succeed = (ret: unknown): void => {
      this.#send({ ...header, type: messageType.reply, status: messageStatus.ok }, encodeWith(row.ret, ret));
    };
    const fail = (error: unknown): void => {
      if (!(error instanceof RemoteError)) throw error;
      this.#fail(header, error);
    };
    try {
      const ret = handle(this.#service.host, args, this);
      if (ret instanceof Promise) void ret.then(succeed, fail);
      else succeed(ret);
    } catch (error) {
      fail(error);
    }
  }

  #allow(key: ProcedureName, args: unknown): void {
    if (beforeOpen.has(key)) {
      const isFree = this.#authenticated || this.auth.includes(authTypes.none);
      if (key === 'connectOpen' && !isFree) throw daemonError(45, 'authentication failed');
      return;
    }
    if (!this.#opened) throw daemonError(1, 'internal error: hypervisor connection not open', 7);
    const name = this.#opened.readOnly ? refusedReadOnly(key, args) : undefined;
    if (name) {
      throw daemonError(29, `operation forbidden: read only access prevents ${name}`);
    }
  }

  #fail(header: PacketHeader, error: RemoteError): void {
    this.#send({ ...header, type: messageType.reply, status: messageStatus.error }, encodeWith(remoteError, error));
  }

  #send(header: PacketHeader, payload: Buffer): void {
    if (this.#socket.writable) this.#socket.write(encodePacket(header, payload));
  }
}

const remoteHeader = { program: remoteProgram.number, version: remoteProgram.version, status: messageStatus.ok };

function decodeArgs(row: Procedure<unknown, unknown>, payload: Buffer): unknown {
  try {
    return decodeWith(row.args, payload);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw rpcError('Unable to decode message payload');
  }
}

/** The UUIDs that a call names: as a domain, several, by themselves or through a snapshot. */
function domainsIn(args: unknown): string[] {
  const { domain, domains, uuid, snapshot } = (args ?? {}) as {
    domain?: DomainRef | null;
    domains?: DomainRef[];
    uuid?: string;
    snapshot?: SnapshotRef;
  };
  const named = [domain, snapshot?.domain, ...(domains ?? [])].map((each) => each?.uuid);
  return [...named, uuid].filter((each) => each !== undefined);
}
