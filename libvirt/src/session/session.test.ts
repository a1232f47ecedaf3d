import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Duplex } from 'node:stream';
import { connect, type ConnectOptions } from '../connect.ts';
import type { Connection } from '../connection.ts';
import { ConnectionLostError } from '../errors.ts';
import { procedures, remoteProgram } from '../protocol/index.ts';
import { FakeLibvirtd } from '../testing/index.ts';
import { encodePacket } from '../wire/packet.ts';
import { keepalivePacket, keepaliveProcedure } from './keepalive.ts';
import { Session } from './session.ts';

let daemon: FakeLibvirtd;
let connection: Connection;

async function reconnect(options: Partial<ConnectOptions> = {}): Promise<void> {
  await connection.close();
  connection = await connect({ uri: daemon.uri, keepalive: false, ...options });
}

beforeEach(async () => {
  daemon = await FakeLibvirtd.start({ domains: [{ name: 'vm' }, { name: 'other' }] });
  connection = await connect({ uri: daemon.uri, keepalive: false });
});

afterEach(async () => {
  await connection.close();
  await daemon.stop();
});

describe('deadline and abort', () => {
  it('a call without an answer ends at its deadline; the late reply is dropped and the connection lives', async () => {
    daemon.hold({ procedure: 'connectGetHostname' });
    await expect(connection.hostname({ timeoutMs: 20 })).rejects.toMatchObject({
      code: 'call-timeout',
      procedure: 'CONNECT_GET_HOSTNAME',
      timeoutMs: 20,
    });
    daemon.release();
    expect(await connection.hostname()).toBe('fake-host');
  });

  it("uses the connection's own deadline when the call has none", async () => {
    await reconnect({ callTimeoutMs: 15 });
    daemon.hold({});
    await expect(connection.hostname()).rejects.toMatchObject({ code: 'call-timeout', timeoutMs: 15 });
  });

  it('takes a deadline longer than timers count as none', async () => {
    daemon.delay({ procedure: 'connectGetHostname', ms: 20 });
    expect(await connection.hostname({ timeoutMs: Number.POSITIVE_INFINITY })).toBe('fake-host');
  });

  it('an aborted call rejects at once, with the reason; its late reply is dropped', async () => {
    daemon.hold({ procedure: 'connectGetHostname' });
    const controller = new AbortController();
    const waiting = connection.hostname({ signal: controller.signal });
    const reason = new Error('the scrape is over');
    const aborted = expect(waiting).rejects.toMatchObject({ code: 'call-aborted', cause: reason });
    await daemon.waitForCall('connectGetHostname');
    controller.abort(reason);
    await aborted;
    daemon.release();
    expect(await connection.hostname()).toBe('fake-host');
  });

  it('a call aborted beforehand is not sent', async () => {
    const signal = AbortSignal.abort();
    await expect(connection.hostname({ signal })).rejects.toMatchObject({ code: 'call-aborted' });
    expect(daemon.calls.map(({ procedure }) => procedure)).not.toContain('connectGetHostname');
  });

  it('answers that come out of order find their callers', async () => {
    const [vm, other] = [daemon.domainNamed('vm'), daemon.domainNamed('other')];
    daemon.setState(other.uuid, { state: 'paused' });
    daemon.delay({ procedure: 'domainGetState', uuid: vm.uuid, ms: 25 });
    const order: string[] = [];
    const states = await Promise.all(
      [vm, other].map(async (domain) => {
        const { state } = await connection.domainState(domain);
        order.push(domain.name);
        return state;
      }),
    );
    expect(states).toEqual(['running', 'paused']);
    expect(order).toEqual(['other', 'vm']);
  });

  it('a hung domain costs only the calls that enter its monitor', async () => {
    const [vm, other] = [daemon.domainNamed('vm'), daemon.domainNamed('other')];
    daemon.hang(vm.uuid);
    await expect(connection.domainStats({}, { timeoutMs: 20 })).rejects.toMatchObject({ code: 'call-timeout' });
    expect(await connection.domainState(vm)).toMatchObject({ state: 'running' });
    expect(await connection.domainControlInfo(vm)).toMatchObject({ state: 'occupied' });
    expect(await connection.domainStats({ domains: [other] })).toHaveLength(1);
  });
});

describe('losing the connection', () => {
  it('wakes every waiter, and says why', async () => {
    daemon.hold({});
    const waiting = [connection.hostname(), connection.libVersion(), connection.listAllDomains()];
    const lost = Promise.all(waiting.map((call) => expect(call).rejects.toMatchObject({ code: 'connection-lost' })));
    await daemon.waitForCall('connectListAllDomains');
    daemon.dropConnections();
    await lost;
    expect(await connection.closed).toMatchObject({ code: 'connection-lost' });
    await expect(connection.hostname()).rejects.toMatchObject({ code: 'connection-lost' });
  });

  it('destroy gives up at once with the reason', async () => {
    daemon.hold({});
    const lost = expect(connection.hostname()).rejects.toMatchObject({ code: 'connection-lost' });
    const reason = new Error('stuck lane');
    connection.destroy(reason);
    await lost;
    expect(await connection.closed).toMatchObject({ code: 'connection-lost', cause: reason });
  });

  it('close rejects what waits, and later calls, and tells the daemon', async () => {
    daemon.hold({ procedure: 'connectGetHostname' });
    const closed = expect(connection.hostname()).rejects.toMatchObject({ code: 'connection-closed' });
    await daemon.waitForCall('connectGetHostname');
    const closing = connection.close();
    await expect(connection.libVersion()).rejects.toMatchObject({ code: 'connection-closed' });
    await Promise.all([closed, closing, connection.close()]);
    expect(await connection.closed).toMatchObject({ code: 'connection-closed' });
    expect(daemon.calls.at(-1)?.procedure).toBe('connectClose');
    await expect(connection.hostname()).rejects.toMatchObject({ code: 'connection-closed' });
  });

  it('close does not wait for ever for a daemon that is stuck', async () => {
    daemon.hold({ procedure: 'connectClose' });
    const started = performance.now();
    await connection.close();
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  it('close ends well when the daemon goes first', async () => {
    daemon.hold({ procedure: 'connectClose' });
    const closing = connection.close();
    await daemon.waitForCall('connectClose');
    daemon.dropConnections();
    await closing;
    expect(await connection.closed).toMatchObject({ code: 'connection-closed' });
  });
});

describe('bytes that break the protocol end the connection', () => {
  const reply = { program: remoteProgram.number, version: 1, procedure: 59, type: 1, serial: 4_711, status: 0 };
  const lengthOf = (length: number): Buffer => {
    const bytes = encodePacket(reply, Buffer.alloc(4));
    bytes.writeUInt32BE(length);
    return bytes;
  };

  it.each([
    ['a reply to a call never made', encodePacket(reply, Buffer.alloc(0))],
    ['a length shorter than a header', lengthOf(27)],
    ['a length over the limit', lengthOf(0x7fff_ffff)],
    ['text', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['a packet of an unknown program', encodePacket({ ...reply, program: 1, type: 2 }, Buffer.alloc(0))],
    ['a call, which only clients make', encodePacket({ ...reply, type: 0 }, Buffer.alloc(0))],
    ['a stream packet', encodePacket({ ...reply, type: 3 }, Buffer.alloc(0))],
    ['a garbled event', encodePacket({ ...reply, type: 2, procedure: 318 }, Buffer.alloc(6))],
  ])('%s', async (_name, bytes) => {
    daemon.hold({ procedure: 'connectGetHostname' });
    const lost = expect(connection.hostname()).rejects.toMatchObject({
      code: 'connection-lost',
      cause: { code: 'protocol' },
    });
    await daemon.waitForCall('connectGetHostname');
    daemon.sendRaw(bytes);
    await lost;
    expect(await connection.closed).toMatchObject({ code: 'protocol' });
  });

  /** AUTH_LIST had serial 1, CONNECT_OPEN 2; the waiting call has 3. */
  const waiting = { ...reply, serial: 3 };

  it.each([
    ['a reply too short for what the call returns', encodePacket(waiting, Buffer.from([0, 0, 0, 9]))],
    ['a reply with bytes left over', encodePacket(waiting, Buffer.alloc(8))],
    ['an error that is garbled', encodePacket({ ...waiting, status: 1 }, Buffer.alloc(5))],
  ])('%s also fails its call as such', async (_name, bytes) => {
    daemon.hold({ procedure: 'connectGetHostname' });
    const failed = expect(connection.hostname()).rejects.toMatchObject({ code: 'protocol' });
    await daemon.waitForCall('connectGetHostname');
    daemon.sendRaw(bytes);
    await failed;
    expect(await connection.closed).toMatchObject({ code: 'protocol' });
  });

  it.each([
    ['the wrong procedure', { ...waiting, procedure: 60 }],
    ['the wrong program', { ...waiting, program: 0x20008087 }],
    ['a status that does not exist', { ...waiting, status: 2 }],
  ])('a reply with %s', async (_name, header) => {
    daemon.hold({ procedure: 'connectGetHostname' });
    const lost = expect(connection.hostname()).rejects.toMatchObject({ code: 'connection-lost' });
    await daemon.waitForCall('connectGetHostname');
    daemon.sendRaw(encodePacket(header, Buffer.alloc(4)));
    await lost;
    expect(await connection.closed).toMatchObject({ code: 'protocol' });
  });

  it('an event of a kind nobody registered for is no reason to end', async () => {
    daemon.sendRaw(encodePacket({ ...reply, type: 2, procedure: 453 }, Buffer.alloc(6)));
    expect(await connection.hostname()).toBe('fake-host');
  });
});

describe('keepalive', () => {
  it('answers pings of the daemon', async () => {
    await daemon.ping();
    expect(await connection.hostname()).toBe('fake-host');
  });

  it('refuses arguments that fit no packet before the call counts as made', async () => {
    const stream = new Duplex({ read: () => undefined, write: () => undefined });
    const session = new Session(stream, false);
    const uuid = '11111111-2222-3333-4444-555555555555';
    const domains = Array.from({ length: 9 }, () => ({ name: 'x'.repeat(4 * 1024 * 1024), uuid, id: 1 }));
    const call = session.call(procedures.connectGetAllDomainStats, { domains, stats: 0, flags: 0 }, { timeoutMs: 20 });
    await expect(call).rejects.toMatchObject({ code: 'protocol' });
    expect(session.waiting).toBe(0);
    session.end(new ConnectionLostError('done'));
  });

  it('lets a daemon that pings and reads nothing not pile up pongs', () => {
    const stream = new Duplex({ read: () => undefined, write: () => undefined });
    const session = new Session(stream, false);
    const ping = keepalivePacket(keepaliveProcedure.ping);
    stream.push(Buffer.concat(Array.from({ length: 20_000 }, () => ping)));
    expect(stream.writableLength).toBeLessThan(2 * stream.writableHighWaterMark);
    session.end(new ConnectionLostError('done'));
  });

  it('keeps a silent connection whose daemon answers', async () => {
    await reconnect({ keepalive: { intervalMs: 5, count: 2 } });
    daemon.delay({ procedure: 'connectGetHostname', ms: 80 });
    expect(await connection.hostname()).toBe('fake-host');
  });

  it('gives a connection up whose daemon does not', async () => {
    daemon.ignoreKeepalive();
    await reconnect({ keepalive: { intervalMs: 5, count: 2 } });
    daemon.hold({});
    const lost = expect(connection.hostname()).rejects.toMatchObject({ code: 'connection-lost' });
    await lost;
    expect(await connection.closed).toMatchObject({
      code: 'connection-lost',
      message: 'no sign of life for 10 ms',
    });
  });
});
