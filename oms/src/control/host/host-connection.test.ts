import { describe, expect, it } from '@jest/globals';
import { connect } from '@faultline/libvirt';
import { FakeLibvirtd } from '@faultline/libvirt/testing';
import { pino } from 'pino';
import { HostConnection } from './host-connection.ts';

const logger = pino({ level: 'silent' });

function connectionTo(libvirtd: FakeLibvirtd): HostConnection {
  return new HostConnection({ host: 'hA', uri: libvirtd.uri, connect, retryMs: { first: 5, last: 20 }, logger });
}

describe('the connection of an NC to its host', () => {
  it('is one, however many ask', async () => {
    const libvirtd = await FakeLibvirtd.start();
    const connection = connectionTo(libvirtd);
    const [first, second] = await Promise.all([connection.current(), connection.current()]);
    expect(second).toBe(first);
    expect(await connection.current()).toBe(first);
    expect(libvirtd.connections).toBe(1);
    await connection.close();
    await libvirtd.stop();
  });

  it('is opened again by itself after a loss', async () => {
    const libvirtd = await FakeLibvirtd.start();
    const connection = connectionTo(libvirtd);
    const first = await connection.current();
    libvirtd.dropConnections();
    await first.closed;
    await libvirtd.waitForCall('connectOpen', 2);
    expect(await connection.current()).not.toBe(first);
    await connection.close();
    await libvirtd.stop();
  });

  it('gives the error of its own attempt to who finds it down', async () => {
    const libvirtd = await FakeLibvirtd.start();
    const connection = connectionTo(libvirtd);
    await libvirtd.goDown();
    await expect(connection.current()).rejects.toMatchObject({ code: 'connect-failed' });
    await connection.close();
    await libvirtd.stop();
  });

  it('ends with its owner, also while it is being opened', async () => {
    const libvirtd = await FakeLibvirtd.start();
    libvirtd.hold({ procedure: 'connectOpen' });
    const connection = connectionTo(libvirtd);
    const waiting = connection.current();
    await Promise.all([expect(waiting).rejects.toThrow(), connection.close()]);
    await expect(connection.current()).rejects.toMatchObject({ code: 'connection-closed' });
    await libvirtd.stop();
  });
});
