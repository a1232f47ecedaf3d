import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Operation, OperationRequest } from '@faultline/contracts';
import { freePort, type LabGuest, type LabHost } from '@faultline/lab';
import { OmsApi } from './api.ts';
import { Closers } from './closers.ts';
import { controlFlags, makePool, POOL, POOL_PATH, stateOn as stateWithReason, untilLogged } from './controlled.ts';
import { expectFlow, failing, haltedBeforeNc, HOPS, told, type Task } from './flows.ts';
import { startOms, until, type Oms } from './programs.ts';
import { openFolder, openLab } from './stack.ts';

/** Guests boot under emulation, on a machine that has other work. */
jest.setTimeout(120_000);

const TINY = '22222222-2222-4222-8222-222222222222';

/** More VMs than libvirtd works on calls of one connection (max_client_requests). */
const FROZEN = ['f1', 'f2', 'f3', 'f4', 'f5', 'f6'];

/** A pool on a file system that has no room for a disk's own tables. */
async function makeFullPool(host: LabHost): Promise<void> {
  const path = '/var/lib/libvirt/images/full';
  const pid = (await host.libvirtd())?.pid ?? 0;
  const mount = `mkdir -p ${path} && mount -t tmpfs -o size=64k tmpfs ${path}`;
  await promisify(execFile)('nsenter', ['--target', `${pid}`, '--mount', 'sh', '-c', mount]);
  await host.virsh(['pool-create-as', 'full', 'dir', '--target', path]);
}

/** Every operation, as people ask for it over HTTP, on two real hosts; what came of it is looked at with virsh. */
describe('operations on real libvirt', () => {
  const closers = new Closers();
  let web: LabGuest;
  let frozen: LabGuest[];
  let hA: LabHost;
  let hB: LabHost;
  let oms: Oms;
  let api: OmsApi;
  let startAgain: () => Promise<Oms>;

  beforeAll(async () => {
    const small = (name: string) => ({ name, memoryMiB: name === 'web' ? 96 : 80 });
    const lab = await openLab(closers, ['web', ...FROZEN].map(small), { hosts: 2, boot: false });
    frozen = FROZEN.map((name) => lab.guest(name));
    [hA, hB] = lab.hosts as [LabHost, LabHost];
    web = lab.guest('web');
    const folder = await openFolder(closers);
    const port = await freePort();
    startAgain = async () => {
      oms = await startOms(join(folder, 'oms'), controlFlags([hA, hB]), port);
      return oms;
    };
    closers.add(() => oms.end());
    api = new OmsApi((await startAgain()).url);
    await makePool([hA, hB]);
  }, 180_000);

  afterAll(() => closers.close(), 60_000);

  const request = (own: Task, vm = web.uuid): OperationRequest => ({
    id: randomUUID(),
    vm,
    initiator: 'alice',
    ...own,
  });
  const perform = (own: Task, vm?: string): Promise<Operation> => api.perform(request(own, vm));
  const on = (host: LabHost, ...args: string[]): Promise<string> => host.virsh(args);
  const stateOn = async (host: LabHost, vm = web.uuid): Promise<string> =>
    (await stateWithReason(host, vm)).replace(/ \(.*\)$/, '');

  describe('create (A32)', () => {
    let xml: string;

    it('makes a VM from its XML and starts it', async () => {
      xml = await on(hA, 'dumpxml', web.uuid, '--inactive');
      await on(hA, 'undefine', web.uuid);
      const operation = await perform({ kind: 'create', host: hA.name, definition: { type: 'xml', xml } });
      expectFlow(operation, HOPS.create);
      expect(operation.vm).toEqual({ uuid: web.uuid, name: 'web' });
      expect(await stateOn(hA)).toBe('running');
      expect((await api.vms()).map(({ uuid, host }) => [uuid, host])).toEqual([[web.uuid, hA.name]]);
    });

    it('refuses what is there already, without changing it', async () => {
      const operation = await perform({ kind: 'create', host: hA.name, definition: { type: 'xml', xml } });
      expect(failing(operation)).toMatchObject({
        message: 'NC creates the VM',
        cause: expect.stringContaining('already'),
      });
      expect(await stateOn(hA)).toBe('running');
    });

    it('leaves nothing of a VM that cannot be started', async () => {
      const disks = [{ pool: 'nowhere', volume: 'none' }];
      const definition = { type: 'spec', name: 'tiny', memoryMib: 32, vcpus: 1, hypervisor: 'qemu', disks } as const;
      const operation = await perform({ kind: 'create', host: hA.name, definition }, TINY);
      expect(failing(operation)?.cause).toMatch(/no storage pool.*its definition was removed again$/);
      expect(await stateOn(hA, TINY)).toBe('none');
    });

    it('makes a VM of a few words', async () => {
      await on(hA, 'vol-create-as', POOL, 'tiny.qcow2', '4M', '--format', 'qcow2');
      const disks = [{ pool: POOL, volume: 'tiny.qcow2' }];
      const definition = { type: 'spec', name: 'tiny', memoryMib: 32, vcpus: 1, hypervisor: 'qemu', disks } as const;
      const operation = await perform({ kind: 'create', host: hA.name, definition, start: false }, TINY);
      expectFlow(operation, HOPS.create);
      expect(await stateOn(hA, TINY)).toBe('shut off');
    });
  });

  describe('attach-disk (A35)', () => {
    it('binds the volume whose place the BRM tells, to the running VM and its definition', async () => {
      await on(hA, 'vol-create-as', POOL, 'data.qcow2', '8M', '--format', 'qcow2');
      const operation = await perform({ kind: 'attach-disk', pool: POOL, volume: 'data.qcow2' });
      expectFlow(operation, HOPS['attach-disk']);
      expect(operation.hops[1]?.to).toEqual({ role: 'BRM', node: hA.name });
      expect(await on(hA, 'domblklist', web.uuid)).toMatch(/vdb +\S+\/vols\/data.qcow2/);
      expect(await on(hA, 'domblklist', web.uuid, '--inactive')).toContain('data.qcow2');
    });

    it('ends at the BRM when there is no such volume, and the NC is never asked (A41)', async () => {
      const operation = await perform({ kind: 'attach-disk', pool: POOL, volume: 'none.qcow2' });
      expect(operation.hops.map(({ result }) => result)).toEqual([
        ...['ok', 'ok', 'failed', 'skipped', 'skipped', 'skipped', 'ok', 'ok'],
      ]);
      expect(failing(operation)).toMatchObject({
        message: 'BRM replies location of the disk failed to CC',
        cause: expect.stringContaining('VIR_ERR_NO_STORAGE_VOL'),
      });
    });
  });

  describe('snapshot (A33, A39)', () => {
    beforeAll(() => web.waitForAgent());

    it('has the disks made before the NC is asked, and the VM goes on in them', async () => {
      const operation = await perform({ kind: 'snapshot', name: 's1', pool: POOL });
      expectFlow(operation, HOPS.snapshot);
      const disks = await on(hA, 'domblklist', web.uuid);
      for (const target of ['vda', 'vdb']) expect(disks).toContain(`${POOL_PATH}/web-${target}-s1.qcow2`);
      expect(await on(hA, 'snapshot-list', web.uuid, '--name')).toContain('s1');
      // The guest sees its disk as it was.
      expect(await on(hA, 'domblkinfo', web.uuid, 'vda')).toMatch(/Capacity:\s+16777216/);
      expect((await web.agentExec('/bin/sh', ['-c', 'echo kept > /mnt/data/kept && sync'])).exitCode).toBe(0);
    });

    it('ends at the BRM when a name is taken, and leaves none of the disks', async () => {
      await on(hA, 'vol-create-as', POOL, 'web-vdb-s2.qcow2', '1M');
      const operation = await perform({ kind: 'snapshot', name: 's2', pool: POOL });
      expect(operation.hops.map(({ result }) => result)).toEqual([
        ...['ok', 'ok', 'failed', 'ok', 'skipped', 'skipped', 'skipped', 'ok', 'ok'],
      ]);
      expect(failing(operation)).toMatchObject({
        message: 'BRM creates the disk',
        cause: expect.stringContaining('VIR_ERR_STORAGE_VOL_EXIST'),
      });
      expect(await on(hA, 'vol-list', POOL)).not.toContain('web-vda-s2.qcow2');
      expect(await on(hA, 'snapshot-list', web.uuid, '--name')).not.toContain('s2');
    });

    it('ends at the BRM when the pool is full', async () => {
      await makeFullPool(hA);
      const operation = await perform({ kind: 'snapshot', name: 's3', pool: 'full', disks: ['vda'] });
      expect(failing(operation)).toMatchObject({ message: 'BRM creates the disk' });
      expect(failing(operation)?.cause).toMatch(/No space left on device/);
    });

    // libvirt 9.0 moves no VM of which it keeps snapshots in its books; the disks stay.
    afterAll(() => on(hA, 'snapshot-delete', web.uuid, 's1', '--metadata'));
  });

  describe('migrate (A38)', () => {
    const move = { kind: 'migrate', unsafe: true } as const;

    it('moves the running VM, and tells how far it is meanwhile', async () => {
      const asked = request({ ...move, toHost: hB.name, bandwidthMibps: 12 });
      const operation = api.perform(asked);
      const progress = await until(
        'the migration tells how far it is',
        async () => (await api.operation(asked.id)).progress,
        60_000,
      );
      expect(progress.totalBytes).toBeGreaterThan(0);
      expect(progress.percent).toBeLessThanOrEqual(100);
      expectFlow(await operation, HOPS.migrate);
      expect(await operation).not.toHaveProperty('progress');
      expect([await stateOn(hA), await stateOn(hB)]).toEqual(['none', 'running']);
      expect((await api.vms()).find(({ uuid }) => uuid === web.uuid)?.host).toBe(hB.name);
    });

    it('is called off when it takes longer than it may; the VM runs on where it was', async () => {
      const operation = await perform({ ...move, toHost: hA.name, bandwidthMibps: 1, timeoutMs: 1500 });
      expect(failing(operation)?.cause).toMatch(/^it did not end within 1.5 s and was called off/);
      expect([await stateOn(hA), await stateOn(hB)]).toEqual(['none', 'running']);
    });

    it('is refused by CC to an isolated NC and from one, with who and why (A29, A31)', async () => {
      const isolated = await api.isolate(hA.name, { by: 'bob', why: 'its memory fails' });
      expect(isolated).toMatchObject({ by: 'bob' });
      const operation = await perform({ ...move, toHost: hA.name });
      expect(told(operation)).toEqual(haltedBeforeNc(HOPS.migrate));
      expect(failing(operation)?.cause).toMatch(/^destination NC hA is in isolated state since .*, by bob: its memory/);
      const start = await perform({ kind: 'start' }, TINY);
      expect(failing(start)?.cause).toMatch(/^NC hA is in isolated state/);
      await api.release(hA.name, 'bob');
      expect([await stateOn(hA), await stateOn(hB)]).toEqual(['none', 'running']);
    });

    it('goes on when the OMS is killed, and the next one finds where the VM is', async () => {
      const asked = request({ ...move, toHost: hA.name, bandwidthMibps: 12 });
      const ended = api.perform(asked).catch(() => 'the OMS is gone');
      await until('it is under way', async () => (await api.operation(asked.id)).progress, 60_000);
      await oms.end('SIGKILL');
      await startAgain();
      expect((await api.operation(asked.id)).result).toMatch(/^(running|ok)$/);
      const operation = await api.ended(asked.id);
      expect(operation).toMatchObject({ result: 'ok', hops: { 2: { result: 'ok', observed: 'inferred' } } });
      expect([await stateOn(hA), await stateOn(hB)]).toEqual(['running', 'none']);
      expect((await api.vms()).find(({ uuid }) => uuid === web.uuid)?.host).toBe(hA.name);
      await ended;
    });
  });

  it('suspends and resumes the VM', async () => {
    expectFlow(await perform({ kind: 'suspend' }), HOPS.suspend);
    expect(await stateOn(hA)).toBe('paused');
    expectFlow(await perform({ kind: 'resume' }), HOPS.resume);
    expect(await stateOn(hA)).toBe('running');
    expect(failing(await perform({ kind: 'resume' }))?.cause).toContain('already running');
  });

  it('acts on a VM while the QEMUs of six others do not answer, and on those when they do again', async () => {
    for (const guest of frozen) {
      const xml = await on(hA, 'dumpxml', guest.uuid, '--inactive');
      await on(hA, 'undefine', guest.uuid);
      const definition = { type: 'xml', xml } as const;
      const made = await perform({ kind: 'create', host: hA.name, definition, start: false }, guest.uuid);
      expect(made.result).toBe('ok');
      await on(hA, 'start', guest.uuid, '--paused');
      await guest.freeze();
    }
    const asked = () => oms.output().split('asking libvirtd for resume').length;
    const before = asked();
    const resumed = frozen.map(({ uuid }) => perform({ kind: 'resume' }, uuid));
    await until('libvirt is asked for all', () => Promise.resolve(asked() === before + frozen.length), 20_000);
    const begun = performance.now();
    expect(await perform({ kind: 'suspend' })).toMatchObject({ result: 'ok' });
    expect(await perform({ kind: 'resume' })).toMatchObject({ result: 'ok' });
    process.stdout.write(
      `beside ${frozen.length} stopped QEMUs: suspend and resume took ${Math.round(performance.now() - begun)} ms\n`,
    );
    for (const guest of frozen) await guest.thaw();
    expect((await Promise.all(resumed)).map(({ result }) => result)).toEqual(frozen.map(() => 'ok'));
    for (const { uuid } of frozen) {
      expect(await perform({ kind: 'stop', force: true }, uuid)).toMatchObject({ result: 'ok' });
    }
  });

  describe('reboot (A34)', () => {
    it('has the guest reboot', async () => {
      await web.waitForAgent();
      expectFlow(await perform({ kind: 'reboot' }), HOPS.reboot);
      await web.waitForAgent();
    });

    it('fails when the VM vanishes under it', async () => {
      await web.freeze();
      const asked = request({ kind: 'reboot' });
      const ended = api.perform(asked);
      await until('it runs', async () => (await api.operation(asked.id)).result === 'running', 10_000);
      await web.kill('SIGKILL');
      const operation = await ended;
      expect(operation.result).toBe('failed');
      expect(failing(operation)).toMatchObject({ message: 'NC reboots the VM' });
      expect(await stateOn(hA)).toBe('shut off');
    });
  });

  describe('start (A36) and stop (A37)', () => {
    it('starts the VM, whose disks are those of the snapshot', async () => {
      expectFlow(await perform({ kind: 'start' }), HOPS.start);
      expect(failing(await perform({ kind: 'start' }))?.cause).toMatch(/already running/);
      await web.waitForAgent();
      expect((await web.agentExec('/bin/cat', ['/mnt/data/kept'])).stdout).toBe('kept\n');
    });

    it('finds out what came of a stop although libvirtd ends in the middle', async () => {
      const asked = request({ kind: 'stop' });
      const ended = api.perform(asked);
      await until('it runs', async () => (await api.operation(asked.id)).result === 'running', 10_000);
      await hA.restartLibvirtd({ signal: 'SIGKILL' });
      const operation = await ended;
      // It depends on how far libvirtd came whether the guest was told to shut down; the record says what is so.
      const state = await stateOn(hA);
      const { result, cause } = operation;
      const isOff = result === 'ok' || cause?.includes('nobody saw it end') === true;
      expect({ result, cause, state }).toMatchObject({ state: isOff ? 'shut off' : 'running' });
      if (isOff) expect(['ok', 'timeout']).toContain(result);
      else expect(result).toBe('failed');
    });

    it('stops the VM although the OMS is killed in the middle, and the next OMS finds that it did', async () => {
      if ((await stateOn(hA)) !== 'running') await perform({ kind: 'start' });
      await web.waitForAgent();
      const asked = request({ kind: 'stop' });
      const ended = api.perform(asked).catch(() => 'the OMS is gone');
      await untilLogged(oms, asked.id, 'libvirtd accepted stop');
      await oms.end('SIGKILL');
      await web.waitForState('shut off', 60_000);
      await startAgain();
      const operation = await api.ended(asked.id);
      expect(operation).toMatchObject({ result: 'ok', hops: { 2: { result: 'ok', observed: 'inferred' } } });
      expect(operation.hops.map(({ result }) => result)).toEqual([
        'unknown',
        'unknown',
        'ok',
        'unknown',
        'unknown',
        'ok',
      ]);
      await ended;
    });
  });

  it('says when a host cannot be reached, and that the VM was not touched', async () => {
    await hA.stopLibvirtd();
    const operation = await perform({ kind: 'start' });
    expect(failing(operation)).toMatchObject({
      message: 'NC starts the VM',
      cause: expect.stringMatching(/^libvirtd of hA cannot be reached: .*the VM was not touched$/),
    });
    await hA.startLibvirtd();
  });
});
