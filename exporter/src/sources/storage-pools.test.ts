import { FakeLibvirtd } from '@faultline/libvirt/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { storagePoolsSource } from './storage-pools.ts';

const endings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function setUp(...names: string[]) {
  const daemon = await FakeLibvirtd.start({
    storagePools: names.map((name) => ({ name, capacityBytes: 1000, allocationBytes: 400 })),
  });
  endings.push(() => daemon.stop());
  const source = storagePoolsSource({ uri: daemon.uri, connectTimeoutMs: 1000, patienceMs: 30 });
  endings.push(async () => source.close?.());
  const read = () => source.read(new AbortController().signal);
  const asked = () => daemon.calls.filter(({ procedure }) => procedure === 'storagePoolGetInfo').length;
  return { daemon, read, asked };
}

describe('storage pools', () => {
  it('reads each', async () => {
    const { read } = await setUp('default');
    expect(await read()).toEqual([
      {
        name: 'default',
        uuid: expect.any(String),
        info: { state: 'running', capacityBytes: 1000, allocationBytes: 400, availableBytes: 600 },
        timedOut: false,
      },
    ]);
  });

  it('leaves a pool that hangs behind, and asks it again only when it has answered', async () => {
    const { daemon, read, asked } = await setUp('hangs', 'works');
    daemon.hold({ procedure: 'storagePoolGetInfo', after: 1 });
    const [first, second] = await read();
    expect([first?.timedOut, second?.timedOut]).toEqual([false, true]);
    expect(asked()).toBe(2);
    const again = await read();
    expect(again.map(({ timedOut }) => timedOut)).toEqual([true, true]);
    expect(asked()).toBe(3);
    daemon.release();
    await expect(read()).resolves.toMatchObject([{ timedOut: false }, { timedOut: false }]);
  });

  it('keeps a way free however many hang', async () => {
    const { daemon, read, asked } = await setUp('a', 'b', 'c', 'd', 'e', 'f');
    daemon.hold({ procedure: 'storagePoolGetInfo' });
    expect((await read()).every(({ timedOut, info }) => timedOut && info === null)).toBe(true);
    expect(asked()).toBe(3);
    expect(await read()).toHaveLength(6);
    expect(asked()).toBe(3);
  });

  it('says nothing of a pool that libvirt cannot tell of, and connects anew after a loss', async () => {
    const { daemon, read } = await setUp('default');
    daemon.fail({ procedure: 'storagePoolGetInfo', code: 38, message: 'no such folder' });
    await expect(read()).resolves.toMatchObject([{ name: 'default', info: null, timedOut: false }]);
    daemon.release();
    await daemon.goDown();
    await expect(read()).rejects.toThrow();
    await daemon.comeUp();
    await expect(read()).resolves.toMatchObject([{ name: 'default' }]);
  });
});
