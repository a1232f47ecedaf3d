import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { stat } from 'node:fs/promises';
import { connect } from '../connect.ts';
import type { Connection } from '../connection.ts';
import type { DomainRef } from '../domain.ts';
import { FakeLibvirtd } from './index.ts';

let daemon: FakeLibvirtd;
let connection: Connection;
let vm: DomainRef;

beforeEach(async () => {
  daemon = await FakeLibvirtd.start({
    domains: [
      { name: 'vm', stats: { 'cpu.time': 1n, 'block.0.name': 'vda', 'block.0.rd.bytes': 2n, 'net.count': 0 } },
      { name: 'stubborn', ignoresAcpi: true },
    ],
  });
  connection = await connect({ uri: daemon.uri });
  vm = daemon.domainNamed('vm');
});

afterEach(async () => {
  await connection.close();
  await daemon.stop();
});

describe('a script', () => {
  it('sets states, with the id that goes with them', async () => {
    daemon.setState(vm.uuid, { state: 'shutoff', reason: 'crashed' });
    expect(await connection.lookupByName('vm')).toMatchObject({ id: -1 });
    expect(await connection.domainState(vm)).toMatchObject({ state: 'shutoff', reason: 'crashed' });
    daemon.setState(vm.uuid, { state: 'paused', reason: 'ioerror' });
    expect((await connection.lookupByName('vm')).id).toBeGreaterThan(0);
  });

  it('refuses what libvirt has no name for', () => {
    expect(() => {
      daemon.setState(vm.uuid, { state: 'running', reason: 'panicked' });
    }).toThrow(TypeError);
    expect(() => {
      daemon.setState('no-such-uuid', { state: 'running' });
    }).toThrow(/no domain with matching uuid/);
  });

  it('adds and removes domains', async () => {
    const added = daemon.addDomain({ name: 'new', state: 'shutoff' });
    expect(await connection.lookupByUuid(added.uuid)).toEqual(added);
    daemon.removeDomain(added.uuid);
    expect((await connection.listAllDomains()).map(({ name }) => name)).toEqual(['vm', 'stubborn']);
  });

  it('has guests that ignore ACPI', async () => {
    const stubborn = daemon.domainNamed('stubborn');
    await connection.shutdown(stubborn);
    expect(await connection.domainState(stubborn)).toMatchObject({ state: 'running' });
  });

  it('fails calls, by procedure and domain', async () => {
    daemon.fail({ procedure: 'domainDestroy', uuid: vm.uuid, code: 38, message: 'Failed to terminate process' });
    await expect(connection.destroyDomain(vm)).rejects.toMatchObject({ codeName: 'VIR_ERR_SYSTEM_ERROR' });
    await connection.destroyDomain(daemon.domainNamed('stubborn'));
  });

  it('records the calls', async () => {
    await connection.domainState(vm);
    expect(daemon.calls.at(-1)).toEqual({ procedure: 'domainGetState', domains: [vm.uuid] });
  });
});

describe('a hung QEMU', () => {
  it('keeps the first monitor call; with NOWAIT later ones get what needs no monitor', async () => {
    daemon.hang(vm.uuid);
    expect(await connection.domainControlInfo(vm)).toMatchObject({ state: 'ok' });
    const flags = { noWait: true };
    await expect(connection.domainStats({ flags }, { timeoutMs: 20 })).rejects.toMatchObject({ code: 'call-timeout' });
    expect(await connection.domainControlInfo(vm)).toMatchObject({ state: 'occupied' });
    const [record] = await connection.domainStats({ domains: [vm], flags });
    expect([...(record?.values.keys() ?? [])]).toEqual([
      'state.state',
      'state.reason',
      'cpu.time',
      'block.0.name',
      'net.count',
    ]);
  });

  it('answers groups that need no monitor, and everything again once released', async () => {
    daemon.hang(vm.uuid);
    expect(await connection.domainStats({ groups: ['state', 'interface', 'perf', 'memory'] })).toHaveLength(2);
    const waiting = connection.domainStats({ domains: [vm] });
    await daemon.waitForCall('connectGetAllDomainStats', 2);
    daemon.release();
    expect((await waiting)[0]?.values.get('block.0.rd.bytes')).toBe(2n);
    expect(await connection.domainControlInfo(vm)).toMatchObject({ state: 'ok' });
  });

  it('can be destroyed', async () => {
    daemon.hang(vm.uuid);
    await connection.destroyDomain(vm);
    await connection.start(vm);
    expect(await connection.domainStats()).toHaveLength(2);
  });
});

describe('the daemon itself', () => {
  it('goes down and comes up on the same socket, with the same domains', async () => {
    await daemon.goDown();
    expect(await connection.closed).toMatchObject({ code: 'connection-lost' });
    await expect(connect({ uri: daemon.uri })).rejects.toMatchObject({ code: 'connect-failed' });
    await daemon.comeUp();
    connection = await connect({ uri: daemon.uri });
    expect(await connection.lookupByUuid(vm.uuid)).toMatchObject({ name: 'vm' });
  });

  it('leaves nothing behind', async () => {
    const other = await FakeLibvirtd.start();
    await other.stop();
    await expect(stat(other.socketPath)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
