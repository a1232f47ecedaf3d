import { describe, expect, it } from '@jest/globals';
import { ProtocolError } from '../errors.ts';
import { recordedCalls } from '../fixtures/recorded.ts';
import { decodeWith, encodeWith, type Codec } from '../wire/codec.ts';
import { XdrReader } from '../wire/xdr-reader.ts';
import { XdrWriter } from '../wire/xdr-writer.ts';
import { eventProcedures, procedures, type Procedure, type ProcedureName } from './index.ts';

const { calls, events } = recordedCalls();
/** What was recorded under that name; a test that asks for another is wrong. */
function of<T>(found: T | undefined, name: string): T {
  if (found === undefined) throw new TypeError(`nothing was recorded of ${name}`);
  return found;
}

const row = (name: string) => procedures[name as ProcedureName] as Procedure<unknown, unknown>;

function replyOf<Name extends ProcedureName>(name: Name) {
  const { reply } = of(calls.get(name), name);
  type Ret = (typeof procedures)[Name] extends { ret: Codec<infer R> } ? R : never;
  return decodeWith(row(name).ret, reply.payload) as Ret;
}

describe('calls that a real libvirtd 9.0 understood, and its answers', () => {
  it('are there for every procedure but those that need what the lab has not', () => {
    const missing = Object.keys(procedures).filter((name) => !calls.has(name));
    expect(missing).toEqual(['authPolkit', 'connectGetSysinfo', 'domainMigrateStartPostCopy']);
  });

  it.each([...calls.keys()])('%s lies as in the table, byte for byte', (name) => {
    const { call, reply } = of(calls.get(name), name);
    const { program, number, args, ret } = row(name);
    expect(call.header).toMatchObject({ program: program.number, procedure: number, type: 0 });
    expect(encodeWith(args, decodeWith(args, call.payload))).toEqual(call.payload);
    expect(reply.header).toMatchObject({ procedure: number, type: 1, status: 0, serial: call.header.serial });
    const answer = decodeWith(ret, reply.payload);
    const again = encodeWith(ret, answer);
    // Statistics have unsigned ints, which are numbers here, and are written as signed ones: no more than that differs.
    if (name !== 'connectGetAllDomainStats') expect(again).toEqual(reply.payload);
    expect(decodeWith(ret, again)).toEqual(answer);
    if (reply.payload.length > 0) {
      expect(() => decodeWith(ret, reply.payload.subarray(0, -4))).toThrow(ProtocolError);
    }
  });

  it('say what they said', () => {
    expect(replyOf('connectGetType')).toEqual({ type: 'QEMU' });
    expect(replyOf('domainGetInfo')).toEqual({ state: 5, maxMem: 98_304n, memory: 98_304n, vcpus: 1, cpuTime: 0n });
    expect(replyOf('domainGetBlockInfo')).toMatchObject({ capacity: 16_777_216n });
    expect(replyOf('nodeGetMemoryStats')).toEqual({ params: [], nparams: 4 });
    expect(replyOf('domainGetJobInfo')).toMatchObject({ type: 0, timeElapsed: 0n });
    expect(replyOf('storagePoolGetInfo')).toMatchObject({ state: 2 });
    expect(replyOf('storageVolGetInfo')).toMatchObject({ type: 0, capacity: BigInt(6 * 2 ** 20) });
    expect(replyOf('domainInterfaceAddresses').interfaces).toEqual([]);
    expect(replyOf('domainMigratePerform3Params').cookieOut).toHaveLength(0);
    expect(replyOf('domainListAllSnapshots')).toMatchObject({ snapshots: [{ name: 'whole' }], count: 1 });
  });
});

describe('events of a real libvirtd 9.0', () => {
  it.each([...events.keys()])('%s lies as in the table, byte for byte', (kind) => {
    const packet = of(events.get(kind), kind);
    const found = of(
      eventProcedures.find((each) => each.number === packet.header.procedure),
      kind,
    );
    const reader = new XdrReader(packet.payload);
    const { callbackId, event } = found.decode(reader);
    reader.end();
    expect(event?.kind).toBe(kind);
    const writer = new XdrWriter();
    if (event) found.encode(writer, { callbackId, event });
    expect(writer.toBuffer()).toEqual(packet.payload);
  });

  it('are there for every kind but those that the lab does not cause', () => {
    const missing = eventProcedures.map(({ kind }) => kind).filter((kind) => !events.has(kind));
    expect(missing.filter((kind) => kind !== 'control-error')).toEqual(['io-error', 'device-removal-failed']);
  });
});
