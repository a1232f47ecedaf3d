import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { connect } from '../connect.ts';
import type { Connection } from '../connection.ts';
import { FakeLibvirtd } from '../testing/index.ts';
import type { StorageCalls } from './storage-calls.ts';

let daemon: FakeLibvirtd;
let connection: Connection;
let storage: StorageCalls;

beforeEach(async () => {
  daemon = await FakeLibvirtd.start({
    storagePools: [
      { name: 'images', path: '/images', capacityBytes: 1_000, volumes: [{ name: 'a.qcow2', capacityBytes: 100 }] },
      { name: 'off', state: 'inactive', autostart: false },
      { name: 'lost', state: 'inaccessible' },
    ],
  });
  connection = await connect({ uri: daemon.uri });
  ({ storage } = connection);
});

afterEach(async () => {
  await connection.close();
  await daemon.stop();
});

it('lists pools by flags, and tells state and size', async () => {
  const names = async (flags: Parameters<StorageCalls['listPools']>[0]) =>
    (await storage.listPools(flags)).map(({ name }) => name);
  expect(await names({})).toEqual(['images', 'off', 'lost']);
  expect(await names({ inactive: true })).toEqual(['off']);
  expect(await names({ autostart: true, active: true })).toEqual(['images', 'lost']);
  expect(await names({ rbd: true })).toEqual([]);
  const info = { state: 'running', capacityBytes: 1_000, allocationBytes: 100, availableBytes: 900 };
  expect(await storage.poolInfo(await storage.lookupPoolByName('images'))).toEqual(info);
  expect(await storage.poolInfo(await storage.lookupPoolByName('lost'))).toMatchObject({ state: 'inaccessible' });
  expect(await storage.poolInfo(await storage.lookupPoolByName('off'))).toMatchObject({ capacityBytes: 0 });
});

it('finds pools', async () => {
  const pool = await storage.lookupPoolByPath('/images');
  expect(pool.name).toBe('images');
  expect(await storage.lookupPoolByUuid(pool.uuid.toUpperCase())).toEqual(pool);
  await expect(storage.lookupPoolByName('none')).rejects.toMatchObject({ codeName: 'VIR_ERR_NO_STORAGE_POOL' });
});

it('defines, starts, stops and forgets a pool', async () => {
  const pool = await storage.definePoolXml('<pool><name>new</name><target><path>/new</path></target></pool>');
  await storage.buildPool(pool, { overwrite: true });
  await storage.startPool(pool);
  await storage.refreshPool(pool);
  const invalid = { codeName: 'VIR_ERR_OPERATION_INVALID' };
  await expect(storage.startPool(pool)).rejects.toMatchObject(invalid);
  await storage.setPoolAutostart(pool, true);
  expect(await storage.poolAutostart(pool)).toBe(true);
  expect(await storage.poolXml(pool)).toContain('<path>/new</path>');
  await expect(storage.undefinePool(pool)).rejects.toMatchObject(invalid);
  await storage.stopPool(pool);
  await storage.deletePool(pool, { zeroed: true });
  await storage.undefinePool(pool);
  await expect(storage.poolInfo(pool)).rejects.toMatchObject({ codeName: 'VIR_ERR_NO_STORAGE_POOL' });
});

it('makes a transient pool', async () => {
  const pool = await storage.createPoolXml('<pool><name>t</name></pool>');
  expect(await storage.listPools({ transient: true })).toEqual([pool]);
  await storage.stopPool(pool);
  expect(await storage.listPools({ transient: true })).toEqual([]);
});

it('makes, finds, resizes and removes volumes', async () => {
  const pool = await storage.lookupPoolByName('images');
  const xml = `<volume><name>b.raw</name><capacity unit='KiB'>1</capacity></volume>`;
  const volume = await storage.createVolumeXml(pool, xml, { preallocateMetadata: true });
  expect(volume).toEqual({ pool: 'images', name: 'b.raw', key: '/images/b.raw' });
  await expect(storage.createVolumeXml(pool, xml)).rejects.toMatchObject({ codeName: 'VIR_ERR_STORAGE_VOL_EXIST' });
  expect((await storage.listVolumes(pool)).map(({ name }) => name)).toEqual(['a.qcow2', 'b.raw']);
  expect(await storage.lookupVolumeByName(pool, 'b.raw')).toEqual(volume);
  expect(await storage.lookupVolumeByKey(volume.key)).toEqual(volume);
  expect(await storage.lookupVolumeByPath('/images/b.raw')).toEqual(volume);
  expect(await storage.poolOfVolume(volume)).toEqual(pool);
  expect(await storage.volumePath(volume)).toBe('/images/b.raw');
  expect(await storage.volumeXml(volume)).toContain('<name>b.raw</name>');
  await storage.resizeVolume(volume, 1_024, { delta: true });
  expect(await storage.volumeInfo(volume)).toMatchObject({ type: 'file', capacityBytes: 2_048 });
  await expect(storage.resizeVolume(volume, 1)).rejects.toMatchObject({ code: 'remote' });
  await expect(storage.resizeVolume(volume, Number.NaN)).rejects.toMatchObject({ code: 'protocol' });
  await storage.deleteVolume(volume);
  await expect(storage.volumeInfo(volume)).rejects.toMatchObject({ codeName: 'VIR_ERR_NO_STORAGE_VOL' });
});

it('has no volumes while a pool is inactive', async () => {
  await expect(storage.listVolumes(await storage.lookupPoolByName('off'))).rejects.toMatchObject({
    codeName: 'VIR_ERR_OPERATION_INVALID',
  });
});
