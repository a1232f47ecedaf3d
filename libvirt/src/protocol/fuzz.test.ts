import { describe, expect, it, jest } from '@jest/globals';
import { Duplex } from 'node:stream';
import { LibvirtError, ProtocolError } from '../errors.ts';
import { recordedBytes } from '../fixtures/recorded.ts';
import { Session } from '../session/session.ts';
import { decodeWith } from '../wire/codec.ts';
import { messageStatus, type Packet } from '../wire/packet.ts';
import { PacketReader } from '../wire/packet-reader.ts';
import { XdrReader } from '../wire/xdr-reader.ts';
import { eventProcedures, procedures, type Procedure } from './index.ts';
import { remoteError } from './types.ts';

/** mulberry32: small, seeded, so that a failure can be repeated. Numbers from 0 to 1. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A copy with one to four random changes: a flipped bit, a random word, a cut, an insertion. */
function mutate(original: Buffer, random: () => number): Buffer {
  let bytes = Buffer.from(original);
  const below = (limit: number): number => Math.floor(random() * limit);
  for (let changes = 1 + below(4); changes > 0 && bytes.length >= 4; changes--) {
    const at = below(bytes.length);
    const kind = below(4);
    if (kind === 0) bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8));
    else if (kind === 1) bytes.writeUInt32BE(below(2 ** 32), at - (at % 4) <= bytes.length - 4 ? at - (at % 4) : 0);
    else if (kind === 2) bytes = bytes.subarray(0, at);
    else bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from([below(256)]), bytes.subarray(at)]);
  }
  return bytes;
}

const originals = [
  ...recordedBytes('libvirtd-replies.json').values(),
  ...recordedBytes('libvirtd-events.json').values(),
  ...recordedBytes('libvirtd-incident-events.json').values(),
];
const rows = Object.values(procedures) as Procedure<unknown, unknown>[];

/** Decodes a packet as the session would. */
function decode({ header, payload }: Packet): void {
  if (header.status === messageStatus.error) decodeWith(remoteError, payload);
  const row = rows.find(({ number }) => number === header.procedure);
  if (row) decodeWith(row.ret, payload);
  eventProcedures.find(({ number }) => number === header.procedure)?.decode(new XdrReader(payload));
}

/** Generous for a loaded machine; they take about 2 s each. */
jest.setTimeout(60_000);

describe('mutated packets of a real daemon', () => {
  it('fail as ProtocolError or not at all: 40 000 decoded', () => {
    const random = randomFrom(20_081);
    let failed = 0;
    for (let i = 0; i < 40_000; i++) {
      const original = originals[i % originals.length] ?? Buffer.alloc(0);
      try {
        for (const packet of new PacketReader().push(mutate(original, random))) decode(packet);
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
        failed++;
      }
    }
    // What only cuts a packet waits for the rest, what only changes a string or a number is not noticed.
    expect(failed).toBeGreaterThan(5_000);
  });

  it('leave no caller waiting: 2 000 sessions', async () => {
    const random = randomFrom(20_087);
    for (let i = 0; i < 2_000; i++) {
      const stream = new Duplex({
        read: () => undefined,
        write: (_chunk, _encoding, done) => {
          done();
        },
      });
      const session = new Session(stream, false);
      const waiting = rows.slice(0, 5).map((row) => session.call(row, sampleArgs, { timeoutMs: 60_000 }));
      const settled = Promise.allSettled(waiting);
      for (let n = 0; n < 4; n++) {
        const original = originals[Math.floor(random() * originals.length)] ?? Buffer.alloc(0);
        stream.push(mutate(original, random));
      }
      stream.push(null);
      await new Promise((resolve) => stream.once('close', resolve));
      for (const outcome of await settled) {
        if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(LibvirtError);
      }
      expect(session.waiting).toBe(0);
      expect(await session.closed).toBeInstanceOf(LibvirtError);
    }
  });
});

/** Arguments that any of the first rows of the table can encode. */
const sampleArgs = { name: 'x', flags: 0, xml: '<domain/>' };
