import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connect } from './connect.ts';
import type { Connection } from './connection.ts';
import type { DomainRef } from './domain.ts';
import { FakeLibvirtd } from './testing/index.ts';

const uuid = '6a4f7f5e-58a6-4a35-9c0e-2f6f0c1f8a11';
let daemon: FakeLibvirtd;
let connection: Connection;
let vm: DomainRef;
let off: DomainRef;

beforeEach(async () => {
  daemon = await FakeLibvirtd.start({
    hostname: 'h1',
    libVersion: '10.1.2',
    hypervisorVersion: '8.2.0',
    nodeInfo: { cpus: 4 },
    domains: [
      {
        name: 'vm',
        uuid,
        stats: {
          'cpu.time': 12n,
          'vcpu.current': 2,
          'net.0.name': 'vnet0',
          'balloon.available': 1.5,
          'block.0.threshold': -1n,
        },
      },
      { name: 'off', state: 'shutoff', reason: 'crashed' },
    ],
  });
  connection = await connect({ uri: daemon.uri });
  vm = daemon.domainNamed('vm');
  off = daemon.domainNamed('off');
});

afterEach(async () => {
  await connection.close();
  await daemon.stop();
});

describe('the host', () => {
  it('has a name, versions and a node', async () => {
    expect(await connection.hostname()).toBe('h1');
    expect(await connection.libVersion()).toBe('10.1.2');
    expect(await connection.hypervisorVersion()).toBe('8.2.0');
    expect(await connection.nodeInfo()).toEqual({
      model: 'x86_64',
      memoryKib: 16_777_216,
      cpus: 4,
      mhz: 2_600,
      numaNodes: 1,
      socketsPerNode: 1,
      coresPerSocket: 4,
      threadsPerCore: 2,
    });
  });
});

describe('finding domains', () => {
  it('lists active and inactive ones', async () => {
    const list = await connection.listAllDomains();
    expect(list).toEqual([
      { name: 'vm', uuid, id: 1 },
      { name: 'off', uuid: off.uuid, id: -1 },
    ]);
  });

  it('finds one by UUID, in any case, and by name', async () => {
    expect(await connection.lookupByUuid(uuid.toUpperCase())).toMatchObject({ name: 'vm' });
    expect(await connection.lookupByName('off')).toMatchObject({ uuid: off.uuid });
  });

  it('says when there is none', async () => {
    const missing = { code: 'remote', libvirtCode: 42, codeName: 'VIR_ERR_NO_DOMAIN' };
    await expect(connection.lookupByName('nobody')).rejects.toMatchObject(missing);
    await expect(connection.lookupByUuid('00000000-0000-0000-0000-000000000000')).rejects.toMatchObject(missing);
  });

  it('refuses what is no UUID, and lives on', async () => {
    await expect(connection.lookupByUuid('vm')).rejects.toMatchObject({ code: 'protocol' });
    expect(await connection.hostname()).toBe('h1');
  });
});

describe('what a domain is doing', () => {
  it('has a state with its reason', async () => {
    expect(await connection.domainState(vm)).toEqual({
      state: 'running',
      reason: 'booted',
      stateCode: 1,
      reasonCode: 1,
    });
    expect(await connection.domainState(off)).toMatchObject({ state: 'shutoff', reason: 'crashed' });
  });

  it('has a control channel while it is active', async () => {
    daemon.setControl(uuid, { state: 'error', details: 'monitor', stateTimeMs: 90_000 });
    expect(await connection.domainControlInfo(vm)).toEqual({ state: 'error', details: 'monitor', stateTimeMs: 90_000 });
    await expect(connection.domainControlInfo(off)).rejects.toMatchObject({ codeName: 'VIR_ERR_OPERATION_INVALID' });
  });

  it('has statistics, each with its type', async () => {
    const [record, ...rest] = await connection.domainStats({ domains: [vm] });
    expect(rest).toEqual([]);
    expect(record?.domain).toEqual({ name: 'vm', uuid, id: 1 });
    expect(record?.values).toEqual(
      new Map<string, unknown>([
        ['state.state', 1],
        ['state.reason', 1],
        ['cpu.time', 12n],
        ['vcpu.current', 2],
        ['net.0.name', 'vnet0'],
        ['balloon.available', 1.5],
        ['block.0.threshold', -1n],
      ]),
    );
  });

  it('has statistics by group and by filter', async () => {
    const names = async (query: Parameters<Connection['domainStats']>[0]) =>
      (await connection.domainStats(query)).map(({ domain, values }) => [domain.name, ...values.keys()]);
    expect(await names({ groups: ['state', 'interface'] })).toEqual([
      ['vm', 'state.state', 'state.reason', 'net.0.name'],
      ['off', 'state.state', 'state.reason'],
    ]);
    expect(await names({ groups: ['cpu'], flags: { active: true, enforceStats: true } })).toEqual([['vm', 'cpu.time']]);
    expect(await names({ groups: ['cpu'], flags: { inactive: true } })).toEqual([['off']]);
    expect(await names({ domains: [off], flags: { active: true } })).toEqual([]);
    expect(await names({ domains: [{ ...off, uuid: '00000000-0000-0000-0000-000000000000' }] })).toEqual([]);
  });

  it('has no statistics of no domains, and the daemon is not asked', async () => {
    expect(await connection.domainStats({ domains: [] })).toEqual([]);
    expect(daemon.calls.map(({ procedure }) => procedure)).not.toContain('connectGetAllDomainStats');
  });

  it('has XML', async () => {
    daemon.setXml(uuid, '<domain>ä</domain>');
    expect(await connection.domainXml(vm, { inactive: true })).toBe('<domain>ä</domain>');
  });
});

describe('acting on a domain', () => {
  it('starts, and knows the new id', async () => {
    const started = await connection.start(off);
    expect(started.id).toBeGreaterThan(0);
    expect(await connection.domainState(off)).toMatchObject({ state: 'running', reason: 'booted' });
  });

  it('does not start what runs', async () => {
    await expect(connection.start(vm)).rejects.toMatchObject({
      code: 'remote',
      codeName: 'VIR_ERR_OPERATION_INVALID',
      message: 'Requested operation is not valid: domain is already running',
      level: 'error',
    });
  });

  it.each(['shutdown', 'reboot', 'reset', 'destroyDomain', 'suspend', 'resume'] as const)(
    '%s needs a running domain',
    async (act) => {
      await expect(connection[act](off)).rejects.toMatchObject({
        message: 'Requested operation is not valid: domain is not running',
      });
    },
  );

  it('shuts down, destroys, suspends and resumes', async () => {
    await connection.suspend(vm);
    expect(await connection.domainState(vm)).toMatchObject({ state: 'paused', reason: 'user' });
    await connection.resume(vm);
    expect(await connection.domainState(vm)).toMatchObject({ state: 'running', reason: 'unpaused' });
    await connection.shutdown(vm);
    expect(await connection.domainState(vm)).toMatchObject({ state: 'shutoff', reason: 'shutdown' });
    await connection.start(vm);
    await connection.destroyDomain(vm);
    expect(await connection.domainState(vm)).toMatchObject({ state: 'shutoff', reason: 'destroyed' });
  });

  it('defines and undefines', async () => {
    const domain = await connection.defineXml('<domain><name>new</name></domain>');
    expect(domain).toMatchObject({ name: 'new', id: -1 });
    await connection.undefine(domain);
    await expect(connection.lookupByName('new')).rejects.toMatchObject({ codeName: 'VIR_ERR_NO_DOMAIN' });
  });
});

describe('the guest agent', () => {
  it('gets the command and gives its return', async () => {
    daemon.setAgent(uuid, (command) => ({ got: command }));
    const command = { execute: 'guest-exec-status', arguments: { pid: 7 } };
    expect(await connection.agentCommand(vm, command)).toEqual({ got: command });
    expect(await connection.agentCommand(vm, '{"execute":"guest-ping"}')).toEqual({ got: { execute: 'guest-ping' } });
  });

  it('fails with its own words', async () => {
    daemon.setAgent(uuid, () => {
      throw new Error('The command guest-x has not been found');
    });
    await expect(connection.agentCommand(vm, { execute: 'guest-x' })).rejects.toMatchObject({
      codeName: 'VIR_ERR_INTERNAL_ERROR',
      message: "internal error: unable to execute QEMU agent command 'guest-x': The command guest-x has not been found",
    });
  });

  it('may be absent, or not connected', async () => {
    const ping = { execute: 'guest-ping' };
    await expect(connection.agentCommand(vm, ping)).rejects.toMatchObject({ codeName: 'VIR_ERR_ARGUMENT_UNSUPPORTED' });
    daemon.setAgent(uuid, null);
    await expect(connection.agentCommand(vm, ping)).rejects.toMatchObject({ codeName: 'VIR_ERR_AGENT_UNRESPONSIVE' });
  });
});
