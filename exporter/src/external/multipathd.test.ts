import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { MultipathdError } from './errors.ts';
import { askMultipathd } from './parts/multipathd.ts';

const endings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

const MAPS = {
  major_version: 0,
  minor_version: 1,
  maps: [
    {
      name: 'mpatha',
      uuid: '3600a098038303053453f463045727a2f',
      sysfs: 'dm-0',
      path_groups: [
        { dm_st: 'active', paths: [{ dev: 'sda', dm_st: 'active', dev_st: 'running', chk_st: 'ready' }] },
        { dm_st: 'enabled', paths: [{ dev: 'sdb', dm_st: 'failed', dev_st: 'running', chk_st: 'faulty' }] },
      ],
    },
  ],
};

function packet(text: string, length = BigInt(Buffer.byteLength(text) + 1)): Buffer {
  const head = Buffer.alloc(8);
  head.writeBigUInt64LE(length);
  return Buffer.concat([head, Buffer.from(`${text}\0`)]);
}

/** A daemon that answers what it is asked in the packets of libmpathcmd. */
async function daemon(answer: (socket: Socket) => void) {
  const dir = await mkdtemp(join(tmpdir(), 'faultline-mp-'));
  endings.push(() => rm(dir, { recursive: true }));
  const asked: string[] = [];
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      expect(data.readBigUInt64LE()).toBe(BigInt(data.length - 8));
      asked.push(data.toString('utf8', 8));
      answer(socket);
    });
  });
  const path = join(dir, 'multipathd.socket');
  await new Promise<void>((resolve) => server.listen(path, resolve));
  endings.push(
    () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => {
          resolve();
        });
      }),
  );
  return { path, asked };
}

const ask = (...paths: string[]) => askMultipathd(paths, AbortSignal.timeout(500));

async function codeOf(asking: Promise<unknown>): Promise<string> {
  try {
    await asking;
  } catch (error) {
    if (error instanceof MultipathdError) return error.code;
    throw error;
  }
  return 'no error';
}

describe('multipathd', () => {
  it('gives the paths of every map, also in pieces', async () => {
    const { path, asked } = await daemon((socket) => {
      const reply = packet(JSON.stringify(MAPS));
      socket.write(reply.subarray(0, 5));
      setImmediate(() => {
        socket.write(reply.subarray(5, 60));
        setImmediate(() => socket.write(reply.subarray(60)));
      });
    });
    expect(await ask('/nonexistent/socket', path)).toEqual(
      new Map([
        [
          '3600a098038303053453f463045727a2f',
          [
            { device: 'sda', dm: 'active', check: 'ready' },
            { device: 'sdb', dm: 'failed', check: 'faulty' },
          ],
        ],
      ]),
    );
    expect(asked).toEqual(['show maps json\0']);
  });

  it.each([
    ['says nothing', () => undefined, 'multipathd-timeout'],
    ['hangs up', (socket: Socket) => socket.end(), 'multipathd-unintelligible'],
    [
      'hangs up in the middle',
      (socket: Socket) => socket.end(packet('{"maps":[]}').subarray(0, 12)),
      'multipathd-unintelligible',
    ],
    [
      'refuses',
      (socket: Socket) => socket.write(packet('permission deny: need to be root')),
      'multipathd-unintelligible',
    ],
    ['promises nothing', (socket: Socket) => socket.write(packet('', 0n)), 'multipathd-unintelligible'],
    ['promises too much', (socket: Socket) => socket.write(packet('{}', 2n ** 63n)), 'multipathd-unintelligible'],
    ['has no maps', (socket: Socket) => socket.write(packet('{}')), 'no error'],
    [
      'has maps that are none',
      (socket: Socket) => socket.write(packet('{"maps":[null]}')),
      'multipathd-unintelligible',
    ],
  ])('that %s', async (_case, answer, code) => {
    const { path } = await daemon(answer);
    expect(await codeOf(ask(path))).toBe(code);
  });

  it('that is not there', async () => {
    expect(await codeOf(ask('/nonexistent/a', '/nonexistent/b'))).toBe('multipathd-unreachable');
  });
});
