import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { createConnection, type Socket } from 'node:net';
import { RemoteError } from '../errors.ts';
import { qemuProgram, remoteProgram } from '../protocol/index.ts';
import { remoteError } from '../protocol/types.ts';
import { decodeWith } from '../wire/codec.ts';
import { encodePacket, type Packet, type PacketHeader } from '../wire/packet.ts';
import { PacketReader } from '../wire/packet-reader.ts';
import { FakeLibvirtd } from './index.ts';

let daemon: FakeLibvirtd;
let socket: Socket;
const reader = new PacketReader();

beforeEach(async () => {
  daemon = await FakeLibvirtd.start();
  socket = createConnection(daemon.socketPath);
});

afterEach(async () => {
  socket.destroy();
  await daemon.stop();
});

/** Sends one packet and gives the answer to it. */
async function ask(header: Partial<PacketHeader>, payload = Buffer.alloc(0)): Promise<Packet> {
  const call = { program: remoteProgram.number, version: 1, procedure: 66, type: 0, serial: 1, status: 0, ...header };
  socket.write(encodePacket(call, payload));
  for (;;) {
    const chunk = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
    for (const packet of reader.push(chunk)) return packet;
  }
}

it.each([1, 4_711, 0xffff_ffff])('echoes serial %d', async (serial) => {
  expect((await ask({ serial })).header).toMatchObject({ serial, procedure: 66, type: 1, status: 0 });
});

it.each([
  ['an unknown procedure', { procedure: 9_999 }, 'unknown procedure: 9999'],
  ['an unknown QEMU procedure', { program: qemuProgram.number, procedure: 5 }, 'unknown procedure: 5'],
  ['an unknown program', { program: 0x12345678, procedure: 1 }, 'Cannot find program 305419896 version 1'],
  ['an unknown version', { version: 7 }, 'Cannot find program 536903814 version 7'],
  ['arguments it cannot read', { procedure: 24 }, 'Unable to decode message payload'],
])('answers %s as libvirtd does', async (_name, header, message) => {
  const { header: answer, payload } = await ask({ serial: 9, ...header });
  expect(answer).toMatchObject({ serial: 9, type: 1, status: 1, ...header });
  const error = decodeWith(remoteError, payload);
  expect(error).toBeInstanceOf(RemoteError);
  expect(error).toMatchObject({ codeName: 'VIR_ERR_RPC', domain: 7, message });
});

it('answers nothing but authentication and open before it is opened', async () => {
  const { payload } = await ask({ procedure: 59 });
  expect(decodeWith(remoteError, payload)).toMatchObject({ message: 'internal error: hypervisor connection not open' });
});

it('cuts off a client that breaks the framing', async () => {
  socket.write(Buffer.alloc(28));
  await new Promise((resolve) => socket.once('close', resolve));
});
