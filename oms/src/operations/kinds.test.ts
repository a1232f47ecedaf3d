import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Operation, OperationRequest } from '@faultline/contracts';
import { connect } from '@faultline/libvirt';
import { FakeLibvirtd, type FakeLibvirtdOptions } from '@faultline/libvirt/testing';
import { pino } from 'pino';
import { startControl, type Control, type ControlDeadlines } from '../control/index.ts';
import { openDatabase, type OmsDatabase } from '../database/index.ts';
import { isolationBook } from '../hosts/index.ts';
import { isolate } from '../hosts/store.ts';
import { soleTenure } from '../lease/index.ts';
import { findVm, rememberVm } from '../vms/index.ts';
import { findOperation } from './index.ts';
import { recordsIn } from './records.ts';

const CALLER = { who: 'token/ana', role: 'operate' } as const;
const NEW_VM = '33333333-3333-4333-8333-333333333333';
const WEB = '11111111-1111-4111-8111-111111111111';
const DISK = '/images/web.raw';
const pki = join(import.meta.dirname, '../../../libvirt/src/fixtures/pki');
const pem = (path: string): string => readFileSync(join(pki, path), 'utf8');

const disk = (target: string, path: string, more = ''): string =>
  `<disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='${path}'/>` +
  `<target dev='${target}' bus='virtio'/>${more}</disk>`;

describe('the operations of each kind', () => {
  let db: OmsDatabase;
  let hA: FakeLibvirtd;
  let hB: FakeLibvirtd;
  let control: Control;
  /** Ends the migration that is under way at the destination; undefined: it takes no time. */
  let arrival: Promise<void> | undefined;

  async function startFakes(options: FakeLibvirtdOptions = {}): Promise<void> {
    hA = await FakeLibvirtd.start({
      hostname: 'hA',
      domains: [
        { name: 'web', uuid: WEB, xml: `<domain><name>web</name><devices>${disk('vda', DISK)}</devices></domain>` },
      ],
      storagePools: [
        { name: 'vols', path: '/vols', volumes: [{ name: 'data', capacityBytes: 1024, format: 'qcow2' }] },
      ],
      migrateTo: async ({ state, ...domain }) => {
        await arrival;
        hB.addDomain({ ...domain, state: 'running', reason: 'migrated' });
      },
      ...options,
    });
  }

  async function startControlOf(uri: string, deadlines: Partial<ControlDeadlines> = {}): Promise<void> {
    control = await startControl({
      records: recordsIn(db, { tenure: soleTenure, staleAfterMs: 45_000, tell: () => undefined }),
      isolation: isolationBook(db, Date.now),
      hosts: new Map([
        ['hA', { uri, migrationUri: undefined }],
        ['hB', { uri: hB.uri, migrationUri: 'qemu+tls://hB.example.org/system' }],
      ]),
      connect,
      logger: pino({ level: 'silent' }),
      deadlines: { guestMs: 300, settleMs: 100, readEveryMs: 20, progressEveryMs: 10, ...deadlines },
    });
  }

  beforeEach(async () => {
    arrival = undefined;
    db = await openDatabase(':memory:');
    hB = await FakeLibvirtd.start({ hostname: 'hB' });
    await startFakes();
    const { uuid, name } = hA.domainNamed('web');
    await rememberVm(db, { vm: { uuid, name }, host: 'hA', at: 1, active: true }, { staleAfterMs: 45_000 });
    await startControlOf(hA.uri);
  });
  afterEach(async () => {
    await control.close();
    await hA.stop();
    await hB.stop();
    await db.destroy();
  });

  const ask = (own: object, vm = WEB, id = 'op-1') =>
    control.ask({ id, vm, initiator: 'ana', ...own } as OperationRequest, CALLER);

  async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
    for (;;) {
      const seen = await look();
      if (seen !== undefined) return seen;
      await new Promise(setImmediate);
    }
  }
  const ended = (id = 'op-1'): Promise<Operation> =>
    until(async () => {
      const operation = await findOperation(db, id);
      return operation !== undefined && operation.result !== 'running' ? operation : undefined;
    });
  async function perform(own: object, vm?: string, id?: string): Promise<Operation> {
    expect(await ask(own, vm, id)).toMatchObject({ answer: 'accepted' });
    return ended(id);
  }
  async function xmlOf(uuid: string): Promise<string> {
    const connection = await connect({ uri: hA.uri });
    const xml = await connection.domainXml(hA.domain(uuid));
    await connection.close();
    return xml;
  }
  const results = ({ hops }: Operation) => hops.map(({ result }) => result);
  const called = (daemon: FakeLibvirtd, procedure: string) =>
    daemon.calls.filter((call) => call.procedure === procedure).length;

  describe('create (A32)', () => {
    const xml = `<domain type='qemu'><name>new &amp; small</name><uuid>${NEW_VM}</uuid></domain>`;
    const create = (more: object = {}) => ({ kind: 'create', host: 'hA', definition: { type: 'xml', xml }, ...more });

    it('defines the VM, starts it, and knows it from then on', async () => {
      const operation = await perform(create(), NEW_VM);
      expect(operation).toMatchObject({ result: 'ok', vm: { uuid: NEW_VM, name: 'new & small' } });
      expect(results(operation)).toEqual(Array<string>(6).fill('ok'));
      expect(hA.domain(NEW_VM)).toMatchObject({ state: 'running' });
      expect(await findVm(db, NEW_VM)).toMatchObject({ name: 'new & small', host: 'hA' });
    });

    it('only defines it where that is asked', async () => {
      expect(await perform(create({ start: false }), NEW_VM)).toMatchObject({ result: 'ok' });
      expect(hA.domain(NEW_VM)).toMatchObject({ state: 'shutoff' });
    });

    it('does not change a VM that the host has already', async () => {
      const { uuid } = hA.addDomain({ name: 'there', state: 'shutoff' });
      const own = create({ definition: { type: 'xml', xml: xml.replace(NEW_VM, uuid) } });
      const cause = 'the host has a VM with this UUID already: there, shutoff (shutdown)';
      expect(await perform(own, uuid)).toMatchObject({ result: 'failed', cause });
      expect(called(hA, 'domainDefineXmlFlags')).toBe(0);
      expect(await findVm(db, uuid)).toBeUndefined();
    });

    it('leaves nothing of one that does not start', async () => {
      hA.fail({ procedure: 'domainCreateWithFlags', code: 1, message: 'no memory' });
      const operation = await perform(create(), NEW_VM);
      expect(operation.cause).toBe('no memory (VIR_ERR_INTERNAL_ERROR); its definition was removed again');
      expect(() => hA.domain(NEW_VM)).toThrow('no domain');
      expect(await findVm(db, NEW_VM)).toBeUndefined();
    });

    it('leaves nothing of one in whose start libvirtd went away', async () => {
      hA.hold({ procedure: 'domainCreateWithFlags' });
      await ask(create(), NEW_VM);
      await hA.waitForCall('domainCreateWithFlags');
      hA.dropConnections();
      expect((await ended()).hops[2]).toMatchObject({
        result: 'failed',
        cause: expect.stringMatching(/^libvirtd of hA went away .*was defined, but is .*definition was removed again$/),
      });
      expect(() => hA.domain(NEW_VM)).toThrow('no domain');
    });

    it('leaves what somebody else defined while libvirtd was away', async () => {
      hA.hold({ procedure: 'domainLookupByUuid' });
      await ask(create(), NEW_VM);
      await hA.waitForCall('domainLookupByUuid');
      hA.addDomain({ name: 'theirs', uuid: NEW_VM, state: 'shutoff' });
      hA.dropConnections();
      hA.release();
      expect(await ended()).toMatchObject({ result: 'failed' });
      expect(hA.domain(NEW_VM)).toMatchObject({ name: 'theirs' });
    });

    it('is refused, and recorded, on a host that is not controlled, and of a VM that another host has', async () => {
      const nowhere = await ask(create({ host: 'hZ' }), NEW_VM);
      expect(nowhere).toMatchObject({ answer: 'refused', code: 'host-not-controlled' });
      const { uuid } = hA.domainNamed('web');
      const own = create({ host: 'hB', definition: { type: 'xml', xml: xml.replace(NEW_VM, uuid) } });
      expect(await ask(own, uuid, 'op-2')).toMatchObject({ answer: 'refused', code: 'vm-exists' });
      expect(await findOperation(db, 'op-2')).toMatchObject({ result: 'failed', kind: 'create' });
    });

    it('makes libvirt XML of a few words', async () => {
      const definition = {
        type: 'spec',
        name: `n'<&"`,
        memoryMib: 64,
        vcpus: 2,
        disks: [{ pool: 'vols', volume: `d'<` }],
        networks: [{ source: 'bridge', name: 'br0' }],
      };
      expect(await perform(create({ definition }), NEW_VM)).toMatchObject({ result: 'ok', vm: { name: `n'<&"` } });
      const kept = await xmlOf(NEW_VM);
      expect(kept).toContain("<domain type='kvm'>");
      expect(kept).toContain('<name>n&apos;&lt;&amp;&quot;</name>');
      expect(kept).toContain("<source pool='vols' volume='d&apos;&lt;'/>");
      expect(kept).toContain("<target dev='vda' bus='virtio'/>");
      expect(kept).toContain("<interface type='bridge'>");
    });
  });

  describe('snapshot (A33, A39)', () => {
    const snapshot = (more: object = {}) => ({ kind: 'snapshot', name: 's1', pool: 'vols', ...more });

    it('asks the BRM for the disk before it asks the NC', async () => {
      const operation = await perform(snapshot());
      expect(results(operation)).toEqual(Array<string>(9).fill('ok'));
      const order = hA.calls.map(({ procedure }) => procedure);
      expect(order.indexOf('storageVolCreateXml')).toBeLessThan(order.indexOf('domainSnapshotCreateXml'));
      expect(order.indexOf('storageVolCreateXml')).toBeGreaterThan(0);
    });

    it('does not ask the NC when the BRM says no, and leaves no volume behind (A41)', async () => {
      const two = disk('vda', DISK) + disk('vdb', '/images/b.raw') + disk('vdc', '/images/c.raw', '<readonly/>');
      hA.setXml(hA.domainNamed('web').uuid, `<domain><name>web</name><devices>${two}</devices></domain>`);
      const connection = await connect({ uri: hA.uri });
      const pool = await connection.storage.lookupPoolByName('vols');
      const taken = '<volume><name>web-vdb-s1.qcow2</name><capacity>1</capacity></volume>';
      await connection.storage.createVolumeXml(pool, taken);
      const operation = await perform(snapshot());
      expect(results(operation)).toEqual([
        ...['ok', 'ok', 'failed', 'ok', 'skipped', 'skipped', 'skipped', 'ok', 'ok'],
      ]);
      expect(operation.hops[2]?.cause).toMatch(/exists already \(VIR_ERR_STORAGE_VOL_EXIST\)$/);
      const left = (await connection.storage.listVolumes(pool)).map(({ name }) => name);
      expect(left.sort()).toEqual(['data', 'web-vdb-s1.qcow2']);
      expect(called(hA, 'domainSnapshotCreateXml')).toBe(0);
      await connection.close();
    });

    it.each([
      [{ disks: ['vdz'] }, 'the VM has no disk vdz'],
      [{ pool: 'nowhere' }, /no storage pool .*\(VIR_ERR_NO_STORAGE_POOL\)$/],
    ])('says at the BRM why %j cannot be', async (more, cause) => {
      const operation = await perform(snapshot(more));
      expect(operation.hops[2]).toMatchObject({
        result: 'failed',
        cause: typeof cause === 'string' ? cause : expect.stringMatching(cause),
      });
    });

    it('names the disks that nobody uses when the NC says no', async () => {
      const operation = await perform(snapshot({ quiesce: true }));
      expect(operation.hops[5]).toMatchObject({
        message: 'NC makes the snapshot',
        result: 'failed',
        cause: expect.stringMatching(/agent is not configured.*nobody uses \/vols\/web-vda-s1.qcow2$/),
      });
    });
  });

  describe('attach-disk (A35)', () => {
    const attach = (more: object = {}) => ({ kind: 'attach-disk', pool: 'vols', volume: 'data', ...more });

    it('binds the volume where the BRM says that it is', async () => {
      expect(results(await perform(attach()))).toEqual(Array<string>(8).fill('ok'));
      const xml = await xmlOf(WEB);
      expect(xml).toContain(
        "<driver name='qemu' type='qcow2'/><source file='/vols/data'/><target dev='vdb' bus='virtio'/>",
      );
    });

    it.each([
      [{ volume: 'none' }, 2, /\(VIR_ERR_NO_STORAGE_VOL\)$/],
      [{ pool: 'none' }, 2, /\(VIR_ERR_NO_STORAGE_POOL\)$/],
      [{ target: 'vda' }, 4, /^the VM has a disk vda already$/],
    ])('says at its hop why %j cannot be', async (more, hop, cause) => {
      expect((await perform(attach(more))).hops[hop]).toMatchObject({
        result: 'failed',
        cause: expect.stringMatching(cause),
      });
      expect(called(hA, 'domainAttachDeviceFlags')).toBe(0);
    });

    it('does not bind what is bound already', async () => {
      await perform(attach());
      const again = await perform(attach(), undefined, 'op-2');
      expect(again.hops[4]?.cause).toBe('the VM has this disk already, as vdb');
    });

    it('is refused at the hop to an isolated NC; the BRM was asked (A31)', async () => {
      await db.transaction().execute((trx) => isolate(trx, 'hA', { by: 'eve', why: 'x' }, 1));
      expect(results(await perform(attach()))).toEqual([
        ...['ok', 'ok', 'ok', 'failed', 'skipped', 'skipped', 'ok', 'ok'],
      ]);
    });
  });

  describe('migrate (A38)', () => {
    const migrate = (more: object = {}) => ({ kind: 'migrate', toHost: 'hB', ...more });

    it('asks the source, and knows afterwards where the VM is (A41)', async () => {
      const operation = await perform(migrate());
      expect(results(operation)).toEqual(Array<string>(6).fill('ok'));
      expect(operation.hops[2]?.from).toEqual({ role: 'NC', node: 'hA' });
      const { uuid } = hB.domainNamed('web');
      expect(() => hA.domain(uuid)).toThrow('no domain');
      expect(await findVm(db, uuid)).toMatchObject({ host: 'hB' });
    });

    it('tells how far it is while it runs, and no longer when it has ended', async () => {
      let arrive: () => void = () => undefined;
      arrival = new Promise((resolve) => {
        arrive = resolve;
      });
      await ask(migrate());
      const progress = await until(async () => (await findOperation(db, 'op-1'))?.progress);
      expect(progress).toMatchObject({ totalBytes: 1_048_576, remainingBytes: 0, percent: 100 });
      arrive();
      expect(await ended()).not.toHaveProperty('progress');
    });

    it('is called off at its deadline, and says so', async () => {
      arrival = new Promise(() => undefined);
      const operation = await perform(migrate({ timeoutMs: 1000 }));
      expect(operation.hops[2]?.cause).toMatch(/^it did not end within 1 s and was called off: operation aborted/);
      expect(hA.domainNamed('web').state).toBe('running');
    });

    it('fails in the words of libvirt, and the VM stays where it is known', async () => {
      hA.fail({ procedure: 'domainMigratePerform3Params', code: 38, message: 'no route to host' });
      const { uuid } = hA.domainNamed('web');
      expect((await perform(migrate())).hops[2]?.cause).toBe('no route to host (VIR_ERR_SYSTEM_ERROR)');
      expect(await findVm(db, uuid)).toMatchObject({ host: 'hA' });
    });

    it('does not believe libvirt where the destination does not have the VM', async () => {
      await control.close();
      await hA.stop();
      await startFakes({ migrateTo: () => undefined });
      await startControlOf(hA.uri);
      const operation = await perform(migrate());
      expect(operation.hops[2]).toMatchObject({
        result: 'failed',
        cause:
          'libvirt ended the migration, but the VM is not known to libvirt at its source and not known to libvirt on hB',
      });
    });

    it.each([
      ['hA', 'destination-is-source'],
      ['hZ', 'destination-not-controlled'],
    ])('to %s is refused and recorded: %s', async (toHost, code) => {
      expect(await ask(migrate({ toHost }))).toMatchObject({ answer: 'refused', code });
      expect(await findOperation(db, 'op-1')).toMatchObject({
        result: 'failed',
        hops: [{ result: 'failed' }, {}, {}, {}, {}, {}],
      });
      expect(called(hA, 'domainMigratePerform3Params')).toBe(0);
    });

    it('to a host that others cannot reach is refused', async () => {
      await perform(migrate());
      const { uuid } = hB.domainNamed('web');
      expect(await ask(migrate({ toHost: 'hA' }), uuid, 'op-2')).toMatchObject({ code: 'destination-not-reachable' });
    });

    it('to an isolated host is refused by CC, which asks no NC (A31)', async () => {
      await db.transaction().execute((trx) => isolate(trx, 'hB', { by: 'eve', why: 'x' }, 1));
      const operation = await perform(migrate());
      expect(results(operation)).toEqual(['ok', 'failed', 'skipped', 'skipped', 'ok', 'ok']);
      expect(operation.cause).toMatch(/^destination NC hB is in isolated state/);
    });

    it('that goes on when the control side ends is waited for by the next one', async () => {
      let arrive: () => void = () => undefined;
      arrival = new Promise((resolve) => {
        arrive = resolve;
      });
      await ask(migrate());
      await hA.waitForCall('domainMigratePerform3Params');
      await control.close();
      // As libvirt has it at the destination while the memory comes.
      const { uuid, name } = hA.domainNamed('web');
      hB.addDomain({ uuid, name, state: 'paused', reason: 'starting-up' });
      await startControlOf(hA.uri);
      await until(async () => (await findOperation(db, 'op-1'))?.progress);
      arrive();
      const operation = await ended();
      expect(operation).toMatchObject({ result: 'ok', hops: { 2: { observed: 'inferred' } } });
      expect(await findVm(db, uuid)).toMatchObject({ host: 'hB' });
      expect(called(hA, 'domainMigratePerform3Params')).toBe(1);
    });
  });

  it('are performed on a host that is reached over TLS', async () => {
    await control.close();
    await hA.stop();
    await startFakes({ listen: { ca: pem('cacert.pem'), cert: pem('servercert.pem'), key: pem('serverkey.pem') } });
    await startControlOf(`${hA.uri}?pkipath=${pki}`);
    expect(await perform({ kind: 'suspend' })).toMatchObject({ result: 'ok' });
    expect(hA.domainNamed('web').state).toBe('paused');

    await control.close();
    await startControlOf(`${hA.uri}?pkipath=${join(pki, 'stranger')}`);
    const operation = await perform({ kind: 'resume' }, undefined, 'op-2');
    expect(operation.hops[2]).toMatchObject({
      result: 'failed',
      cause: expect.stringMatching(/^libvirtd of hA cannot be reached: .*the VM was not touched$/),
    });
  });
});
