import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  connect,
  type Connection,
  type DomainEvent,
  type DomainEventKind,
  type DomainEventOf,
  type DomainRef,
  type RemoteError,
  type StoragePoolRef,
  type StorageVolumeRef,
} from '@faultline/libvirt';
import { eventProcedures, PacketTap, procedures, type ProcedureName } from '@faultline/libvirt/testing';
import type { LabHost } from './host.ts';
import { Lab } from './lab.ts';
import { waitFor } from './wait.ts';

/** Guests boot under emulation, on a machine that has other work. */
jest.setTimeout(120_000);

const POOL = '/var/lib/libvirt/images/calls';
const METADATA = 'https://faultline.example/owner';

const FIXTURE = join(import.meta.dirname, '../../libvirt/src/fixtures/libvirtd-calls.json');

/** One good call of each procedure and one event of each kind: `npm run packets`. */
async function record(taps: readonly PacketTap[], source: string): Promise<void> {
  const calls: Record<string, { call: string; reply: string }> = {};
  for (const { procedure, ok, call, reply } of taps.flatMap((tap) => tap.calls)) {
    if (ok) calls[procedure] ??= { call: call.toString('hex'), reply: reply.toString('hex') };
  }
  const events: Record<string, string> = {};
  for (const { kind, packet } of taps.flatMap((tap) => tap.events)) events[kind] ??= packet.toString('hex');
  await writeFile(FIXTURE, `${JSON.stringify({ source, calls, events }, null, 2)}\n`);
}

const refused = (codeName: string) => ({ code: 'remote', codeName });

/** Every call of @faultline/libvirt, made of a real libvirtd; every event that one can be made to tell. */
describe('libvirt', () => {
  const events: DomainEvent[] = [];
  let folder: string;
  let lab: Lab;
  let taps: [PacketTap, PacketTap];
  let here: Connection;
  let there: Connection;
  let vm: DomainRef;

  /** Waits for an event of the kind that came after `from` others. */
  const eventAfter = <Kind extends DomainEventKind>(from: number, kind: Kind): Promise<DomainEventOf<Kind>> =>
    waitFor(() => events.slice(from).find((event): event is DomainEventOf<Kind> => event.kind === kind), {
      what: `a ${kind} event`,
      deadlineMs: 30_000,
      intervalMs: 20,
    });

  const agentAnswers = (): Promise<unknown> =>
    waitFor(() => here.agentCommand(vm, { execute: 'guest-ping' }).catch(() => undefined), {
      what: 'the guest agent',
      deadlineMs: 60_000,
    });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lab calls-'));
    lab = await Lab.up({ folder, hosts: 2, guests: [{ name: 'vm1', memoryMiB: 96 }], boot: false });
    const [first, second] = lab.hosts;
    if (!first || !second) throw new Error('the lab has two hosts');
    const tap = (host: LabHost) => PacketTap.start(join(host.folder, 'run', 'libvirt-sock'));
    taps = [await tap(first), await tap(second)];
    [here, there] = await Promise.all([connect({ uri: taps[0].uri }), connect({ uri: taps[1].uri })]);
    vm = await here.lookupByName('vm1');
  });

  afterAll(async () => {
    try {
      if (process.env['FAULTLINE_RECORD_PACKETS']) {
        const versions = `libvirtd ${await here.libVersion()}, QEMU ${await here.hypervisorVersion()}`;
        await record(taps, `${versions}; whole packets, hex: our calls, its answers and its events`);
      }
      await Promise.all([here, there].map((connection) => connection.close()));
    } finally {
      await Promise.all(taps.map((tap) => tap.stop()));
      await Lab.down(folder);
    }
  });

  it('subscribes to every kind of event: this daemon has them all', async () => {
    const { unavailable } = await here.subscribe({ onEvent: (event) => events.push(event) });
    expect(unavailable).toEqual([]);
    const second = await connect({ uri: taps[0].uri });
    const other = await second.subscribe({ kinds: ['reboot'], onEvent: () => undefined });
    const shared = await second.subscribe({ kinds: ['reboot'], onEvent: () => undefined });
    await other.unsubscribe();
    await shared.unsubscribe();
    await second.close();
    await there.subscribe({ onEvent: (event) => events.push(event) });
  });

  it('describes the host', async () => {
    expect(await here.hypervisorType()).toBe('QEMU');
    expect(await here.hypervisorVersion()).toMatch(/^\d+\.\d+\.\d+$/);
    expect(await here.libVersion()).toMatch(/^\d+\.\d+\.\d+$/);
    expect(await here.hostname()).toBe(lab.hosts[0]?.name);
    expect(await here.hostUuid()).toBe(lab.hosts[0]?.uuid);
    expect((await here.nodeInfo()).model).toBe('x86_64');
    expect((await here.nodeCpuStats()).get('idle')).toBeGreaterThan(
      (await here.nodeCpuStats({ cpu: 0 })).get('idle') ?? 0n,
    );
    await expect(here.nodeCpuStats({ cpu: 10_000 })).rejects.toMatchObject(refused('VIR_ERR_INVALID_ARG'));
    const memory = await here.nodeMemoryStats();
    expect(memory.get('total')).toBeGreaterThan(memory.get('free') ?? 0n);
    expect((await here.nodeMemoryStats({ cell: 0 })).get('total')).toBeGreaterThan(0n);
    expect(await here.nodeFreeMemory()).toBeGreaterThan(0);
    // Needs DMI, which not every machine has.
    const sysinfo = await here.sysinfo().catch((error: unknown) => (error as RemoteError).codeName);
    expect(sysinfo).toMatch(/^<sysinfo|^VIR_ERR_CONFIG_UNSUPPORTED$/);
  });

  describe('storage', () => {
    let pool: StoragePoolRef;
    let disk: StorageVolumeRef;
    const volumeXml = (name: string, mib: number, format: string): string =>
      `<volume><name>${name}</name><capacity unit='MiB'>${mib}</capacity><target><format type='${format}'/></target></volume>`;

    beforeAll(async () => {
      pool = await here.storage.definePoolXml(
        `<pool type='dir'><name>calls</name><target><path>${POOL}</path></target></pool>`,
      );
      await here.storage.buildPool(pool);
      await here.storage.startPool(pool);
      disk = await here.storage.createVolumeXml(pool, volumeXml('disk.qcow2', 8, 'qcow2'), {
        preallocateMetadata: true,
      });
    });

    afterAll(async () => {
      for (const volume of await here.storage.listVolumes(pool)) await here.storage.deleteVolume(volume);
      await here.storage.stopPool(pool);
      await here.storage.deletePool(pool);
      await here.storage.undefinePool(pool);
      expect(await here.storage.listPools()).toEqual([]);
    });

    it('finds pools, and tells their state and size', async () => {
      expect(await here.storage.listPools({ active: true, dir: true })).toEqual([pool]);
      expect(await here.storage.listPools({ netfs: true })).toEqual([]);
      expect(await here.storage.lookupPoolByName('calls')).toEqual(pool);
      expect(await here.storage.lookupPoolByUuid(pool.uuid)).toEqual(pool);
      expect(await here.storage.lookupPoolByPath(POOL)).toEqual(pool);
      await expect(here.storage.lookupPoolByName('none')).rejects.toMatchObject(refused('VIR_ERR_NO_STORAGE_POOL'));
      await here.storage.refreshPool(pool);
      const info = await here.storage.poolInfo(pool);
      expect(info.state).toBe('running');
      expect(info.capacityBytes).toBe(info.allocationBytes + info.availableBytes);
      expect(await here.storage.poolXml(pool)).toContain(`<path>${POOL}</path>`);
      await here.storage.setPoolAutostart(pool, true);
      expect(await here.storage.poolAutostart(pool)).toBe(true);
    });

    it('makes, finds, resizes and removes volumes', async () => {
      const raw = await here.storage.createVolumeXml(pool, volumeXml('other.raw', 4, 'raw'));
      await expect(here.storage.createVolumeXml(pool, volumeXml('other.raw', 4, 'raw'))).rejects.toMatchObject(
        refused('VIR_ERR_STORAGE_VOL_EXIST'),
      );
      expect(new Set(await here.storage.listVolumes(pool))).toEqual(new Set([disk, raw]));
      expect(await here.storage.lookupVolumeByName(pool, 'other.raw')).toEqual(raw);
      expect(await here.storage.lookupVolumeByKey(raw.key)).toEqual(raw);
      expect(await here.storage.lookupVolumeByPath(`${POOL}/other.raw`)).toEqual(raw);
      expect(await here.storage.poolOfVolume(raw)).toEqual(pool);
      expect(await here.storage.volumePath(raw)).toBe(`${POOL}/other.raw`);
      expect(await here.storage.volumeXml(raw)).toContain("<format type='raw'/>");
      await here.storage.resizeVolume(raw, 6 * 2 ** 20);
      expect(await here.storage.volumeInfo(raw)).toMatchObject({ type: 'file', capacityBytes: 6 * 2 ** 20 });
      await here.storage.deleteVolume(raw);
      await expect(here.storage.volumeInfo(raw)).rejects.toMatchObject(refused('VIR_ERR_NO_STORAGE_VOL'));
    });

    it('makes a transient pool, which is gone when it is stopped', async () => {
      const xml = `<pool type='dir'><name>transient</name><target><path>${folder}</path></target></pool>`;
      const transient = await here.storage.createPoolXml(xml);
      expect(await here.storage.listPools({ transient: true })).toEqual([transient]);
      await here.storage.stopPool(transient);
      await expect(here.storage.poolInfo(transient)).rejects.toMatchObject(refused('VIR_ERR_NO_STORAGE_POOL'));
    });

    /** No system in it: it shows what the hypervisor does. */
    const tinyXml = (name: string): string => `<domain type='${lab.accelerator === 'kvm' ? 'kvm' : 'qemu'}'>
      <name>${name}</name><memory unit='MiB'>32</memory><vcpu>1</vcpu>
      <os><type arch='x86_64' machine='pc'>hvm</type></os>
      <devices><emulator>/usr/bin/qemu-system-x86_64</emulator>
        <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='${disk.key}'/>
          <target dev='vda' bus='virtio'/></disk>
        <controller type='usb' model='none'/><memballoon model='none'/></devices></domain>`;

    it('takes snapshots of a qcow2 disk, with memory and without, goes back to one and removes them', async () => {
      const tiny = await here.defineXml(tinyXml('tiny'));
      await here.start(tiny, { paused: true });
      const whole = await here.snapshots.create(tiny, '<domainsnapshot><name>whole</name></domainsnapshot>');
      expect(await here.snapshots.list(tiny, { active: true, internal: true })).toEqual([whole]);
      expect(await here.snapshots.lookup(tiny, 'whole')).toEqual(whole);
      await expect(here.snapshots.lookup(tiny, 'none')).rejects.toMatchObject(refused('VIR_ERR_NO_DOMAIN_SNAPSHOT'));
      expect(await here.snapshots.xml(whole)).toContain('<state>paused</state>');
      await here.snapshots.revert(whole);
      expect(await here.domainState(tiny)).toMatchObject({ state: 'paused', reason: 'from-snapshot' });
      await here.snapshots.delete(whole);

      const before = events.length;
      const disks = `<disks><disk name='vda' snapshot='external'><source file='${POOL}/overlay'/></disk></disks>`;
      const xml = `<domainsnapshot><name>disks</name>${disks}</domainsnapshot>`;
      const external = await here.snapshots.create(tiny, xml, { diskOnly: true, atomic: true });
      expect(await here.domainXml(tiny)).toContain('/overlay');
      const withoutAgent = here.snapshots.create(tiny, '<domainsnapshot/>', { diskOnly: true, quiesce: true });
      await expect(withoutAgent).rejects.toMatchObject({ code: 'remote' });
      await here.snapshots.delete(external);
      expect(await eventAfter(before, 'block-job')).toMatchObject({ disk: 'vda', job: 'active-commit' });
      await here.managedSave(tiny, { paused: true });
      await here.removeManagedSave(tiny);
      await here.start(tiny, { paused: true });
      await here.destroyDomain(tiny, { graceful: true });
      await here.undefine(tiny, { snapshotsMetadata: true, managedSave: true, nvram: true });
    });

    it('creates a transient domain', async () => {
      const transient = await here.createXml(tinyXml('transient'), { paused: true, validate: true });
      expect(await here.listAllDomains({ transient: true })).toEqual([transient]);
      await here.destroyDomain(transient);
      await expect(here.domainState(transient)).rejects.toMatchObject(refused('VIR_ERR_NO_DOMAIN'));
    });
  });

  describe('a guest', () => {
    it('is defined, and starts paused', async () => {
      const xml = (await here.domainXml(vm, { inactive: true, secure: true }))
        .replace(/<vcpu[^>]*>1</, "<vcpu current='1'>2<")
        .replace('</uuid>', `</uuid><title>A title</title><metadata><f:o xmlns:f='${METADATA}'>me</f:o></metadata>`)
        .replace('</devices>', "<watchdog model='ib700' action='none'/></devices>");
      expect(await here.defineXml(xml, { validate: true })).toEqual(vm);
      expect(await here.lookupByUuid(vm.uuid)).toEqual(vm);
      expect(await here.listAllDomains({ inactive: true, persistent: true })).toEqual([vm]);
      expect(await here.domainInfo(vm)).toMatchObject({ state: 'shutoff', maxMemoryKib: 96 * 1024, cpuTimeNs: 0n });
      expect(await here.domainMetadata(vm, { kind: 'title' })).toBe('A title');
      expect(await here.domainMetadata(vm, { kind: 'element', uri: METADATA }, { config: true })).toContain('me</o>');
      const before = events.length;
      await here.setMetadata(vm, { kind: 'element', uri: METADATA, key: 'f' }, '<o>you</o>', { config: true });
      expect(await eventAfter(before, 'metadata-change')).toMatchObject({ what: 'element', uri: METADATA });
      expect(await here.domainMetadata(vm, { kind: 'element', uri: METADATA })).toContain('you</o>');
      await expect(here.domainMetadata(vm, { kind: 'description' })).rejects.toMatchObject(
        refused('VIR_ERR_NO_DOMAIN_METADATA'),
      );
      await expect(here.domainJobInfo(vm)).rejects.toMatchObject(refused('VIR_ERR_OPERATION_INVALID'));
      await here.setAutostart(vm, true);
      expect(await here.autostart(vm)).toBe(true);
      await here.setAutostart(vm, false);

      vm = await here.start(vm, { paused: true });
      expect(await here.domainState(vm)).toMatchObject({ state: 'paused', reason: 'user' });
      await here.resume(vm);
      await here.suspend(vm);
      await here.resume(vm);
      await agentAnswers();
    });

    it('is read', async () => {
      const [stats] = await here.domainStats({ domains: [vm], groups: ['cpu', 'balloon', 'block'] });
      expect(stats?.values.get('balloon.maximum')).toBe(98_304n);
      expect(await here.domainControlInfo(vm)).toMatchObject({ state: 'ok' });
      expect(await here.domainJobInfo(vm)).toMatchObject({ type: 'none', elapsedMs: 0 });
      expect(await here.domainJobStats(vm)).toEqual({ type: 'none', operation: null, values: new Map() });
      expect(await here.domainBlockInfo(vm, 'vda')).toMatchObject({ capacityBytes: 16 * 2 ** 20 });
      await expect(here.domainBlockInfo(vm, 'vdz')).rejects.toMatchObject(refused('VIR_ERR_INVALID_ARG'));
      expect(await here.domainDiskErrors(vm)).toEqual(new Map());
      expect(await here.domainInterfaceAddresses(vm, 'lease')).toEqual([]);
      const { mac, address } = lab.guest('vm1').settings;
      const eth0 = (await here.domainInterfaceAddresses(vm, 'agent')).find(({ name }) => name === 'eth0');
      expect(eth0).toMatchObject({ mac });
      expect(eth0?.addresses).toContainEqual({ family: 'ipv4', address, prefix: 24 });
      expect(await here.monitorCommand(vm, { execute: 'query-status' })).toContain('"running":true');
      expect(await here.monitorCommand(vm, 'info status', { hmp: true })).toContain('VM status: running');
    });

    // Before it gets a second vCPU: this kernel does not come back from S3 with one that was added.
    it('sleeps and is woken', async () => {
      const before = events.length;
      await here.pmSuspend(vm, 'mem');
      await waitFor(async () => ((await here.domainState(vm)).state === 'pmsuspended' ? true : undefined), {
        what: 'the guest to sleep',
        deadlineMs: 60_000,
      });
      await here.pmWakeup(vm);
      expect(await here.domainState(vm)).toMatchObject({ state: 'running', reason: 'wakeup' });
      expect(events.slice(before)).toContainEqual(expect.objectContaining({ event: 'pmsuspended', detail: 'memory' }));
      await agentAnswers();
    });

    it('gets a second vCPU, and gives memory back', async () => {
      expect(await here.hardware.vcpus(vm)).toBe(1);
      expect(await here.hardware.vcpus(vm, { maximum: true })).toBe(2);
      await here.hardware.setVcpus(vm, 2, { live: true });
      expect(await here.domainInfo(vm)).toMatchObject({ vcpus: 2 });
      const before = events.length;
      await here.hardware.setMemory(vm, 88 * 1024, { live: true });
      await eventAfter(before, 'balloon-change');
      await expect(here.hardware.setMemory(vm, 2 ** 30, { live: true })).rejects.toMatchObject(
        refused('VIR_ERR_INVALID_ARG'),
      );
    });

    it('gets a disk and an interface, and lets go of them', async () => {
      await writeFile(join(lab.folder, 'images', 'extra.raw'), Buffer.alloc(2 ** 20));
      const disk = `<disk type='file' device='disk'><driver name='qemu' type='raw'/>
        <source file='/var/lib/libvirt/images/extra.raw'/><target dev='vdb' bus='virtio'/></disk>`;
      const nic = `<interface type='bridge'><mac address='52:54:00:00:00:77'/><source bridge='br0'/>
        <model type='virtio'/><rom enabled='no'/><alias name='ua-second'/></interface>`;
      const before = events.length;
      await here.hardware.attachDevice(vm, disk, { live: true });
      await here.hardware.attachDevice(vm, nic, { live: true });
      expect(await eventAfter(before, 'device-added')).toMatchObject({ alias: 'virtio-disk1' });
      await here.hardware.updateDevice(vm, nic.replace('<model', "<link state='down'/><model"), { live: true });
      expect(await here.domainXml(vm)).toContain("<link state='down'/>");
      await waitFor(() => here.domainBlockInfo(vm, 'vdb').catch(() => undefined), { what: 'vdb', deadlineMs: 30_000 });
      await here.hardware.detachDevice(vm, disk, { live: true });
      expect(await eventAfter(before, 'device-removed')).toMatchObject({ alias: 'virtio-disk1' });
      const after = events.length;
      await here.hardware.detachAlias(vm, 'ua-second', { live: true });
      expect(await eventAfter(after, 'device-removed')).toMatchObject({ alias: 'ua-second' });
      await expect(here.hardware.detachAlias(vm, 'ua-second', { live: true })).rejects.toMatchObject({
        code: 'remote',
      });
    });

    it('is saved, and goes on where it was', async () => {
      const before = events.length;
      await here.managedSave(vm);
      expect(await here.hasManagedSave(vm)).toBe(true);
      const done = await eventAfter(before, 'job-completed');
      expect(done.operation).toBe('save');
      expect(done.values.get('data_total')).toEqual(expect.any(BigInt));
      await expect(here.undefine(vm)).rejects.toMatchObject(refused('VIR_ERR_OPERATION_INVALID'));
      vm = await here.start(vm);
      expect(await here.domainState(vm)).toMatchObject({ state: 'running', reason: 'restored' });
      await agentAnswers();
    });

    it('is moved to another host and back while it runs; a move can be called off', async () => {
      const [home, other] = lab.hosts;
      if (!home || !other) throw new Error('the lab has two hosts');
      // Both hosts see the guest's disk under the same name, which libvirt does not know.
      const to = ({ address }: { address: string }) => ({ unsafe: true, migrationUri: `tcp://${address}` });
      await expect(here.migration.migrate(vm, other.migrationUri)).rejects.toMatchObject(
        refused('VIR_ERR_MIGRATE_UNSAFE'),
      );
      await expect(here.migration.startPostCopy(vm)).rejects.toMatchObject(refused('VIR_ERR_OPERATION_INVALID'));
      await expect(here.abortJob(vm)).rejects.toMatchObject(refused('VIR_ERR_OPERATION_INVALID'));
      await here.migration.setMaxDowntimeMs(vm, 250);
      expect(await here.migration.maxDowntimeMs(vm)).toBe(250);

      const calledOff = here.migration.migrate(vm, other.migrationUri, { ...to(other), bandwidthMibps: 1 }).then(
        () => new Error('the migration ended before it was called off'),
        (error: unknown) => error,
      );
      const sending = waitFor(
        async () => {
          const stats = await here.domainJobStats(vm);
          return Number(stats.values.get('data_processed') ?? 0) > 0 ? stats : undefined;
        },
        { what: 'the migration to send something', deadlineMs: 60_000 },
      );
      // A migration that fails at once says why itself, rather than by the wait for its progress.
      const progress = await Promise.race([sending, calledOff]);
      expect(progress).toMatchObject({ type: 'unbounded', operation: 'migration-out' });
      expect((await here.domainJobInfo(vm)).memory.remainingBytes).toBeGreaterThan(0);
      await here.abortJob(vm);
      expect(await calledOff).toMatchObject(refused('VIR_ERR_OPERATION_ABORTED'));

      await here.migration.setMaxSpeed(vm, 1_000);
      expect(await here.migration.maxSpeed(vm)).toBe(1_000);
      const before = events.length;
      const options = { ...to(other), persistDestination: true, autoConverge: true, autoConvergeInitialPercent: 30 };
      await here.migration.migrate(vm, other.migrationUri, options);
      expect((await eventAfter(before, 'migration-iteration')).iteration).toBe(1);
      expect(await eventAfter(before, 'job-completed')).toMatchObject({ operation: 'migration-out' });
      expect(await here.domainState(vm)).toMatchObject({ state: 'shutoff', reason: 'migrated' });
      expect(await there.domainState(vm)).toMatchObject({ state: 'running', reason: 'migrated' });
      const last = await here.domainJobStats(vm, { completed: true, keepCompleted: true });
      expect(last).toMatchObject({ type: 'completed', operation: 'migration-out' });
      expect(last.values.get('downtime')).toEqual(expect.any(BigInt));
      await there.migration.migrate(vm, home.migrationUri, { ...to(home), undefineSource: true });
      expect(await there.listAllDomains()).toEqual([]);
      await agentAnswers();
    });

    it('shows a watchdog that fires and memory that fails', async () => {
      const before = events.length;
      // Port 0x443 of the ib700 starts its timer; 0x0e is 2 s.
      await here.monitorCommand(vm, 'o/b 0x443 0x0e', { hmp: true });
      expect(await eventAfter(before, 'watchdog')).toMatchObject({ action: 'none' });
      // An uncorrected machine check in bank 4 of CPU 0: a kernel without machine checks on is reset.
      await here.monitorCommand(vm, 'mce -b 0 4 0xb200000000000000 0x5 0x0 0x0', { hmp: true });
      expect(await eventAfter(before, 'memory-failure')).toMatchObject({ recipient: 'guest' });
    });

    it('is reset, rebooted and shut down', async () => {
      await here.reset(vm);
      await agentAnswers();
      await here.reboot(vm, { agent: true });
      await here.shutdown(vm, { acpi: true });
      await here.shutdown(vm);
      await here.destroyDomain(vm);
      await here.undefine(vm);
      expect(await here.listAllDomains()).toEqual([]);
    });
  });

  it('made every call of the table, and a real daemon understood it', () => {
    // Refused where the machine has no DMI, or no userfaultfd. polkit is asked only of users who are not root.
    const mayBeRefused: ProcedureName[] = ['connectGetSysinfo', 'domainMigrateStartPostCopy'];
    const understood = taps[0].calls.filter(({ ok, procedure }) => ok || mayBeRefused.includes(procedure));
    const done = new Set(understood.map(({ procedure }) => procedure));
    const missing = (Object.keys(procedures) as ProcedureName[]).filter((name) => !done.has(name));
    expect(missing.filter((name) => name !== 'authPolkit')).toEqual([]);
  });

  it('heard every event but those of a full disk, a broken monitor and a guest that keeps a device', () => {
    const heard = [...events.map(({ kind }) => kind), 'io-error', 'control-error', 'device-removal-failed'];
    expect(eventProcedures.map(({ kind }) => kind).filter((kind) => !heard.includes(kind))).toEqual([]);
  });
});
