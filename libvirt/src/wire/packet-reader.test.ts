import { describe, expect, it } from '@jest/globals';
import { ProtocolError } from '../errors.ts';
import { encodePacket, maxPacketBytes, type Packet } from './packet.ts';
import { PacketReader } from './packet-reader.ts';

const header = { program: 0x20008086, version: 1, procedure: 66, type: 1, serial: 7, status: 0 };
const first = encodePacket(header, Buffer.from('first payload...'));
const second = encodePacket({ ...header, serial: 8 }, Buffer.alloc(0));

function lengthWord(length: number): Buffer {
  const bytes = Buffer.alloc(28);
  bytes.writeUInt32BE(length);
  return bytes;
}

describe('PacketReader', () => {
  it('cuts packets from a stream that arrives byte by byte', () => {
    const reader = new PacketReader();
    const packets: Packet[] = [];
    for (const byte of Buffer.concat([first, second])) packets.push(...reader.push(Buffer.from([byte])));
    expect(packets.map((packet) => packet.header.serial)).toEqual([7, 8]);
    expect(packets[0]?.payload.toString()).toBe('first payload...');
  });

  it.each([1, 2, 3, 5, 27, 29, 45])('cuts the same packets from chunks of %d bytes', (size) => {
    const stream = Buffer.concat([first, second, first]);
    const reader = new PacketReader();
    const packets: Packet[] = [];
    for (let at = 0; at < stream.length; at += size) packets.push(...reader.push(stream.subarray(at, at + size)));
    expect(packets.map((packet) => packet.header.serial)).toEqual([7, 8, 7]);
  });

  it('delivers several packets of one chunk, and keeps the rest for the next', () => {
    const reader = new PacketReader();
    const chunk = Buffer.concat([first, second, first.subarray(0, 10)]);
    expect([...reader.push(chunk)]).toHaveLength(2);
    expect([...reader.push(first.subarray(10))]).toEqual([...new PacketReader().push(first)]);
  });

  it.each([0, 3, 4, 27, maxPacketBytes + 1, 0xffff_ffff])('refuses a length of %d at once', (length) => {
    const reader = new PacketReader();
    expect(() => [...reader.push(lengthWord(length))]).toThrow(ProtocolError);
  });

  it('accepts the largest length of the protocol, and waits for it', () => {
    const reader = new PacketReader();
    expect([...reader.push(lengthWord(maxPacketBytes))]).toEqual([]);
  });

  it('delivers the good packets before the broken one', () => {
    const reader = new PacketReader();
    const packets: Packet[] = [];
    expect(() => {
      for (const packet of reader.push(Buffer.concat([second, lengthWord(5)]))) packets.push(packet);
    }).toThrow(ProtocolError);
    expect(packets).toHaveLength(1);
  });

  it('takes a packet of many chunks in time linear in its size', () => {
    const payload = Buffer.alloc(8 * 1024 * 1024, 1);
    const bytes = encodePacket(header, payload);
    const reader = new PacketReader();
    const packets: Packet[] = [];
    for (let at = 0; at < bytes.length; at += 4_096) packets.push(...reader.push(bytes.subarray(at, at + 4_096)));
    expect(packets[0]?.payload.equals(payload)).toBe(true);
  });
});
