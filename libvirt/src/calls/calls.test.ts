import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connect } from '../connect.ts';
import type { Connection } from '../connection.ts';
import type { DomainRef } from '../domain.ts';
import type { DomainEvent } from '../event.ts';
import { FakeLibvirtd } from '../testing/index.ts';

const uuid = '6a4f7f5e-58a6-4a35-9c0e-2f6f0c1f8a11';
const nova = 'http://openstack.org/xmlns/libvirt/nova/1.1';
const eth0 = {
  name: 'eth0',
  mac: '52:54:00:00:00:01',
  addresses: [{ family: 'ipv6' as const, address: 'fe80::1', prefix: 64 }],
};
let daemon: FakeLibvirtd;
let connection: Connection;
let vm: DomainRef;
let off: DomainRef;
let events: DomainEvent[];
let migrating: (domain: { name: string }, destination: string) => void | Promise<void>;

beforeEach(async () => {
  migrating = () => undefined;
  daemon = await FakeLibvirtd.start({
    hostUuid: uuid,
    migrateTo: (domain, destination) => migrating(domain, destination),
    domains: [
      {
        name: 'vm',
        uuid,
        vcpus: 2,
        maxVcpus: 4,
        maxMemoryKib: 2_048,
        memoryKib: 1_024,
        metadata: { [nova]: '<instance/>' },
        addresses: { agent: [eth0] },
        diskErrors: { vda: 'no-space' },
        stats: { 'cpu.time': 7n, 'block.0.name': 'vda', 'block.0.capacity': 100n, 'block.0.physical': 50n },
        completedJob: { type: 'completed', values: { operation: 2, downtime: 65n } },
      },
      { name: 'off', state: 'shutoff' },
    ],
  });
  connection = await connect({ uri: daemon.uri });
  vm = daemon.domainNamed('vm');
  off = daemon.domainNamed('off');
  events = [];
  await connection.subscribe({ onEvent: (event) => events.push(event) });
});

afterEach(async () => {
  await connection.close();
  await daemon.stop();
});

const invalid = { code: 'remote', codeName: 'VIR_ERR_OPERATION_INVALID' };
const kinds = () => events.map((event) => (event.kind === 'lifecycle' ? `${event.event} ${event.detail}` : event.kind));

describe('the host', () => {
  it('has a driver, a UUID, CPU time and memory', async () => {
    expect(await connection.hypervisorType()).toBe('QEMU');
    expect(await connection.hostUuid()).toBe(uuid);
    expect(await connection.sysinfo()).toContain('<sysinfo');
    expect((await connection.nodeCpuStats()).get('idle')).toBe(900_000_000_000n);
    expect((await connection.nodeMemoryStats({ cell: 0 })).get('total')).toBe(16_777_216n);
    expect(await connection.nodeFreeMemory()).toBe(8_388_608 * 1_024);
    await expect(connection.nodeCpuStats({ cpu: 99 })).rejects.toMatchObject({ codeName: 'VIR_ERR_INVALID_ARG' });
  });
});

describe('reading a domain', () => {
  it('lists by flags', async () => {
    expect(await connection.listAllDomains({ inactive: true, persistent: true })).toMatchObject([{ name: 'off' }]);
    expect(await connection.listAllDomains({ running: true, paused: true })).toMatchObject([{ name: 'vm' }]);
    expect(await connection.listAllDomains({ transient: true })).toEqual([]);
  });

  it('tells what it has', async () => {
    expect(await connection.domainInfo(vm)).toEqual({
      state: 'running',
      stateCode: 1,
      maxMemoryKib: 2_048,
      memoryKib: 1_024,
      vcpus: 2,
      cpuTimeNs: 7n,
    });
    expect(await connection.domainBlockInfo(vm, 'vda')).toEqual({
      capacityBytes: 100,
      allocationBytes: 0,
      physicalBytes: 50,
    });
    expect(await connection.domainDiskErrors(vm)).toEqual(new Map([['vda', 'no-space']]));
    expect(await connection.domainInterfaceAddresses(vm, 'agent')).toEqual([eth0]);
    expect(await connection.domainInterfaceAddresses(vm, 'lease')).toEqual([]);
    expect(await connection.monitorCommand(vm, 'info status', { hmp: true })).toContain('running');
  });

  it('tells of jobs: the one that runs, and once of the one that ended', async () => {
    expect(await connection.domainJobInfo(vm)).toMatchObject({ type: 'none', memory: { totalBytes: 0 } });
    expect(await connection.domainJobStats(vm)).toEqual({ type: 'none', operation: null, values: new Map() });
    const ended = { type: 'completed', operation: 'save' };
    expect(await connection.domainJobStats(vm, { completed: true, keepCompleted: true })).toMatchObject(ended);
    expect(await connection.domainJobStats(vm, { completed: true })).toMatchObject(ended);
    expect(await connection.domainJobStats(vm, { completed: true })).toMatchObject({ type: 'none' });
    await expect(connection.domainJobInfo(off)).rejects.toMatchObject(invalid);
  });

  it('tells of a job only when nobody is inside a hung monitor; of the last one always', async () => {
    daemon.hang(uuid);
    expect(await connection.domainJobStats(vm)).toMatchObject({ type: 'none' });
    const late = { code: 'call-timeout' };
    await expect(connection.domainBlockInfo(vm, 'vda', { timeoutMs: 20 })).rejects.toMatchObject(late);
    await expect(connection.domainJobStats(vm, { timeoutMs: 20 })).rejects.toMatchObject(late);
    await expect(connection.domainJobInfo(vm, { timeoutMs: 20 })).rejects.toMatchObject(late);
    expect(await connection.domainJobStats(vm, { completed: true })).toMatchObject({ type: 'completed' });
    expect(await connection.domainInfo(vm)).toMatchObject({ state: 'running' });
    daemon.release();
  });

  it('keeps metadata', async () => {
    const query = { kind: 'element', uri: nova } as const;
    expect(await connection.domainMetadata(vm, query)).toBe('<instance/>');
    await connection.setMetadata(vm, { kind: 'title' }, 'web');
    expect(await connection.domainMetadata(vm, { kind: 'title' }, { live: true })).toBe('web');
    await connection.setMetadata(vm, { ...query, key: 'nova' }, null, { config: true });
    await expect(connection.domainMetadata(vm, query)).rejects.toMatchObject({
      codeName: 'VIR_ERR_NO_DOMAIN_METADATA',
    });
    expect(events).toMatchObject([
      { kind: 'metadata-change', what: 'title', uri: null },
      { kind: 'metadata-change', what: 'element', uri: nova },
    ]);
  });
});

describe('steering a domain', () => {
  it('saves it and goes on, or boots afresh', async () => {
    await connection.managedSave(vm, { bypassCache: true });
    expect(await connection.hasManagedSave(vm)).toBe(true);
    await expect(connection.undefine(vm)).rejects.toMatchObject(invalid);
    await connection.start(vm);
    expect(await connection.domainState(vm)).toMatchObject({ state: 'running', reason: 'restored' });
    await connection.managedSave(vm);
    await connection.start(vm, { forceBoot: true });
    expect(await connection.domainState(vm)).toMatchObject({ reason: 'booted' });
    await connection.managedSave(vm);
    await connection.removeManagedSave(vm);
    expect(await connection.hasManagedSave(vm)).toBe(false);
  });

  it('starts paused, sends to sleep and wakes', async () => {
    await connection.start(off, { paused: true });
    expect(await connection.domainState(off)).toMatchObject({ state: 'paused' });
    await connection.pmSuspend(vm, 'mem');
    expect(await connection.domainState(vm)).toMatchObject({ state: 'pmsuspended' });
    await connection.pmWakeup(vm);
    await expect(connection.pmWakeup(vm)).rejects.toMatchObject({ code: 'remote' });
    await expect(connection.pmSuspend(vm, 'mem', { durationSeconds: 5 })).rejects.toMatchObject({
      codeName: 'VIR_ERR_ARGUMENT_UNSUPPORTED',
    });
    await expect(connection.pmSuspend(vm, 'mem', { durationSeconds: 0.5 })).rejects.toMatchObject({ code: 'protocol' });
  });

  it('creates a transient domain, which is gone when it ends', async () => {
    const transient = await connection.createXml('<domain><name>gone</name></domain>', { autoDestroy: true });
    expect(await connection.listAllDomains({ transient: true })).toEqual([transient]);
    await expect(connection.setAutostart(transient, true)).rejects.toMatchObject(invalid);
    await connection.destroyDomain(transient, { graceful: true });
    await expect(connection.domainState(transient)).rejects.toMatchObject({ codeName: 'VIR_ERR_NO_DOMAIN' });
  });

  it('calls libvirt by flags only where there are any, so that an old daemon will do', async () => {
    await connection.shutdown(vm, { acpi: true });
    await connection.start(vm);
    await connection.shutdown(vm);
    await connection.defineXml('<domain><name>new</name></domain>', { validate: true });
    await connection.undefine(off, { nvram: true });
    await connection.setAutostart(vm, true);
    expect(await connection.autostart(vm)).toBe(true);
    expect(daemon.calls.map(({ procedure }) => procedure)).toEqual(
      expect.arrayContaining(['domainShutdownFlags', 'domainShutdown', 'domainDefineXmlFlags', 'domainUndefineFlags']),
    );
  });
});

describe('hardware', () => {
  it('comes and goes, with events', async () => {
    const nic = "<interface type='bridge'><alias name='ua-1'/></interface>";
    await connection.hardware.attachDevice(vm, nic, { live: true });
    expect(await connection.domainXml(vm)).toContain(nic);
    await connection.hardware.updateDevice(vm, nic.replace('/></', '/><link/></'), { live: true, force: true });
    await connection.hardware.detachAlias(vm, 'ua-1', { live: true });
    await connection.hardware.attachDevice(vm, nic, { config: true });
    await connection.hardware.detachDevice(vm, nic, { config: true });
    await expect(connection.hardware.detachDevice(vm, nic)).rejects.toMatchObject({
      codeName: 'VIR_ERR_DEVICE_MISSING',
    });
    await expect(connection.hardware.attachDevice(off, nic, { live: true })).rejects.toMatchObject(invalid);
    expect(kinds()).toEqual(['device-added', 'device-removed']);
  });

  it('has vCPUs and memory within bounds', async () => {
    await connection.hardware.setVcpus(vm, 4, { live: true });
    expect(await connection.hardware.vcpus(vm)).toBe(4);
    expect(await connection.hardware.vcpus(vm, { maximum: true })).toBe(4);
    const tooMuch = { codeName: 'VIR_ERR_INVALID_ARG' };
    await expect(connection.hardware.setVcpus(vm, 5, { live: true })).rejects.toMatchObject(tooMuch);
    await connection.hardware.setMemory(vm, 2_048, { live: true });
    expect(await connection.domainInfo(vm)).toMatchObject({ memoryKib: 2_048 });
    await expect(connection.hardware.setMemory(vm, 4_096)).rejects.toMatchObject(tooMuch);
    await expect(connection.hardware.setMemory(vm, 1.5)).rejects.toMatchObject({ code: 'protocol' });
    await expect(connection.hardware.setMemory(vm, -1)).rejects.toMatchObject({ code: 'protocol' });
    expect(kinds()).toEqual(['balloon-change']);
  });
});

describe('snapshots', () => {
  it('are made, found, gone back to and removed', async () => {
    const one = await connection.snapshots.create(vm, '<domainsnapshot><name>one</name></domainsnapshot>');
    expect(one).toMatchObject({ name: 'one', domain: { uuid } });
    expect(await connection.snapshots.list(vm, { topological: true })).toMatchObject([{ name: 'one' }]);
    expect(await connection.snapshots.lookup(vm, 'one')).toMatchObject({ name: 'one' });
    expect(await connection.snapshots.xml(one)).toContain('<state>running</state>');
    await connection.suspend(vm);
    await connection.snapshots.revert(one);
    expect(await connection.domainState(vm)).toMatchObject({ state: 'running', reason: 'from-snapshot' });
    await connection.snapshots.delete(one, { children: true });
    await expect(connection.snapshots.lookup(vm, 'one')).rejects.toMatchObject({
      codeName: 'VIR_ERR_NO_DOMAIN_SNAPSHOT',
    });
  });

  it('need an agent to quiesce the guest', async () => {
    const flags = { diskOnly: true, quiesce: true };
    await expect(connection.snapshots.create(vm, '<domainsnapshot/>', flags)).rejects.toMatchObject({
      codeName: 'VIR_ERR_ARGUMENT_UNSUPPORTED',
    });
  });
});

describe('migration', () => {
  it('moves a domain away, and says what the job did', async () => {
    let gone: unknown;
    migrating = ({ name }, destination) => {
      gone = [name, destination];
    };
    await connection.migration.setMaxSpeed(vm, 100);
    expect(await connection.migration.maxSpeed(vm)).toBe(100);
    await connection.migration.setMaxDowntimeMs(vm, 50);
    expect(await connection.migration.maxDowntimeMs(vm)).toBe(50);
    const options = { persistDestination: true, bandwidthMibps: 10, disks: ['vda', 'vdb'], parallelConnections: 2 };
    await connection.migration.migrate(vm, 'qemu+tls://host2/system', options);
    expect(gone).toEqual(['vm', 'qemu+tls://host2/system']);
    expect(await connection.domainState(vm)).toMatchObject({ state: 'shutoff', reason: 'migrated' });
    expect(kinds()).toEqual(['migration-iteration', 'suspended migrated', 'stopped migrated', 'job-completed']);
    expect(await connection.domainJobStats(vm, { completed: true })).toMatchObject({ operation: 'migration-out' });
  });

  it('can be called off', async () => {
    migrating = () => new Promise(() => undefined);
    const moving = expect(connection.migration.migrate(vm, 'qemu+tls://host2/system')).rejects.toMatchObject({
      codeName: 'VIR_ERR_OPERATION_ABORTED',
    });
    await daemon.waitForCall('domainMigratePerform3Params');
    expect(await connection.domainJobInfo(vm)).toMatchObject({ type: 'unbounded', data: { totalBytes: 1_048_576 } });
    await connection.migration.startPostCopy(vm);
    await connection.abortJob(vm);
    await moving;
    expect(await connection.domainState(vm)).toMatchObject({ state: 'running' });
    await expect(connection.abortJob(vm)).rejects.toMatchObject(invalid);
  });
});

describe('a read-only connection', () => {
  it.each<[string, (to: Connection) => Promise<unknown>]>([
    ['managedSave', (to) => to.managedSave(vm)],
    ['migrate', (to) => to.migration.migrate(vm, 'qemu+tls://host2/system')],
    ['attachDevice', (to) => to.hardware.attachDevice(vm, '<disk/>')],
    ['snapshot', (to) => to.snapshots.create(vm, '<domainsnapshot/>')],
    ['pool', (to) => to.storage.createPoolXml('<pool/>')],
    ['addresses by the agent', (to) => to.domainInterfaceAddresses(vm, 'agent')],
    ['online vCPUs of the guest', (to) => to.hardware.vcpus(vm, { guest: true })],
  ])('is refused: %s', async (_name, act) => {
    const readOnly = await connect({ uri: daemon.uri, readOnly: true });
    await expect(act(readOnly)).rejects.toMatchObject({ codeName: 'VIR_ERR_OPERATION_DENIED' });
    expect(await readOnly.domainInterfaceAddresses(vm, 'arp')).toEqual([]);
    await readOnly.close();
  });
});
