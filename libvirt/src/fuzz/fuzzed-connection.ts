import { Duplex } from 'node:stream';
import { Connection } from '../connection.ts';
import type { DomainEvent } from '../event.ts';
import { LibvirtError } from '../errors.ts';
import { procedures, type Procedure } from '../protocol/index.ts';
import { Session } from '../session/session.ts';
import { encodeWith, nothing } from '../wire/codec.ts';
import { decodePacket, encodePacket, messageStatus, messageType } from '../wire/packet.ts';

/** Where a reply has its serial, and an event its callback id. */
const serialOffset = 20;
const callbackOffset = 28;
/** No call of the test waits that long: its reply comes, or the connection ends. */
const limits = { timeoutMs: 600_000 };

/** How a call ended whose reply was damaged. */
export type CallOutcome = 'answered' | 'failed';

/** A connection whose daemon is the test: it answers with what it likes. */
export class FuzzedConnection {
  readonly connection: Connection;
  readonly session: Session;
  /** Events that were delivered. */
  events = 0;
  readonly #stream: Duplex;
  #callbackId = 0;
  #serial = 0;
  #ended = false;

  constructor() {
    this.#stream = new Duplex({
      read: () => undefined,
      write: (bytes: Buffer, _encoding, done) => {
        this.#hear(bytes);
        done();
      },
    });
    this.session = new Session(this.#stream, false);
    this.connection = new Connection(this.session, { uri: 'qemu:///system', readOnly: false, callTimeoutMs: 600_000 });
    void this.session.closed.then(() => {
      this.#ended = true;
    });
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Makes the call that `reply` answers, and sends `damage(reply)` with the call's serial in it. */
  async call(
    procedure: Procedure<unknown, unknown>,
    reply: Buffer,
    damage: (frame: Buffer) => Buffer,
  ): Promise<CallOutcome> {
    let outcome: CallOutcome | undefined;
    const before = this.#serial;
    const call = this.session.call({ ...procedure, args: nothing }, undefined, limits).then(
      () => 'answered' as const,
      (error: unknown) => {
        if (!(error instanceof LibvirtError)) throw error;
        return 'failed' as const;
      },
    );
    const settled = call.then((result) => {
      outcome = result;
    });
    // The call leaves at the end of the turn in which it was made.
    await turns(() => this.#serial !== before);
    reply.writeUInt32BE(this.#serial, serialOffset);
    this.#send(damage(reply));
    await turns(() => outcome !== undefined);
    // Neither reply nor garbage to the session: half a packet, or an event. Then the daemon hangs up.
    if (outcome === undefined) this.#stream.push(null);
    await settled;
    return call;
  }

  /** Sends a damaged event of a registered callback. */
  async tell(event: Buffer, damage: (frame: Buffer) => Buffer): Promise<void> {
    if (this.#callbackId === 0) await this.#subscribe();
    event.writeUInt32BE(1 + (this.#serial % this.#callbackId), callbackOffset);
    this.#send(damage(event));
    await turns(() => this.#ended);
  }

  /** Hangs up; resolves when the connection has ended. */
  async end(): Promise<LibvirtError> {
    if (!this.#ended) this.#stream.push(null);
    return this.session.closed;
  }

  async #subscribe(): Promise<void> {
    await this.connection.subscribe({
      onEvent: (event: DomainEvent) => {
        if (typeof event.domain.uuid !== 'string') throw new TypeError('an event of no domain');
        this.events++;
      },
    });
  }

  /** A copy: what is half a packet stays with the reader. */
  #send(frame: Buffer): void {
    if (!this.#ended) this.#stream.push(Buffer.from(frame));
  }

  #hear(bytes: Buffer): void {
    const { header } = decodePacket(bytes);
    this.#serial = header.serial;
    const registration = procedures.connectDomainEventCallbackRegisterAny;
    if (header.procedure !== registration.number) return;
    const ret = encodeWith(registration.ret, { callbackId: ++this.#callbackId });
    this.#stream.push(encodePacket({ ...header, type: messageType.reply, status: messageStatus.ok }, ret));
  }
}

/** Lets promises run on until `done`, a few turns at most. */
async function turns(done: () => boolean): Promise<void> {
  for (let turn = 0; turn < 6 && !done(); turn++) await Promise.resolve();
}
