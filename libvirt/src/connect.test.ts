import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from './connect.ts';
import { FakeLibvirtd } from './testing/index.ts';

describe('connect', () => {
  it('opens, and says so', async () => {
    const daemon = await FakeLibvirtd.start({ hostname: 'h1' });
    const connection = await connect({ uri: daemon.uri });
    expect(connection.uri).toBe(daemon.uri);
    expect(connection.readOnly).toBe(false);
    expect(await connection.hostname()).toBe('h1');
    await connection.close();
    await daemon.stop();
  });

  it('reads only when asked to, and the daemon keeps to it', async () => {
    const daemon = await FakeLibvirtd.start({ domains: [{ name: 'vm', state: 'shutoff' }] });
    const connection = await connect({ uri: daemon.uri, readOnly: true });
    const domain = await connection.lookupByName('vm');
    await expect(connection.start(domain)).rejects.toMatchObject({
      codeName: 'VIR_ERR_OPERATION_DENIED',
      message: 'operation forbidden: read only access prevents virDomainCreateWithFlags',
    });
    await connection.close();
    await daemon.stop();
  });

  it('takes "none" when the daemon offers it among others', async () => {
    const daemon = await FakeLibvirtd.start({ auth: ['polkit', 'none'] });
    const connection = await connect({ uri: daemon.uri });
    await connection.close();
    await daemon.stop();
  });

  it('lets polkit decide, and says what to do when it does not let us in', async () => {
    const daemon = await FakeLibvirtd.start({ auth: ['polkit'] });
    await (await connect({ uri: daemon.uri })).close();
    const strict = await FakeLibvirtd.start({ auth: ['polkit', 'sasl'], polkitAllows: false });
    await expect(connect({ uri: strict.uri })).rejects.toMatchObject({
      code: 'authentication-required',
      offered: ['polkit', 'sasl'],
      message: expect.stringContaining('org.libvirt.unix.manage'),
      cause: { codeName: 'VIR_ERR_AUTH_FAILED' },
    });
    await Promise.all([daemon.stop(), strict.stop()]);
  });

  it.each([
    [['none', 'polkit'], 'polkit', undefined],
    [['none'], 'polkit', 'authentication-required'],
    [['none', 'sasl'], 'sasl', 'uri-unusable'],
    [['none', 'sasl'], 'sasl.gssapi', 'uri-unusable'],
    [['none'], 'none', 'uri-unusable'],
  ] as const)('offered %j, and told auth=%s: %p', async (auth, wanted, code) => {
    const daemon = await FakeLibvirtd.start({ auth });
    const outcome = connect({ uri: `${daemon.uri}&auth=${wanted}` }).then(
      (connection) => connection.close(),
      (error: unknown) => (error as { code: string }).code,
    );
    expect(await outcome).toBe(code);
    await daemon.stop();
  });

  it.each(['ssh', 'libssh', 'libssh2', 'ext', 'pigeon'])('does not know the transport %s', async (transport) => {
    await expect(connect({ uri: `qemu+${transport}://host/system` })).rejects.toMatchObject({
      code: 'uri-unusable',
      message: expect.stringContaining('unix, tcp, tls'),
    });
  });

  it('fails when there is no such socket', async () => {
    const uri = 'qemu+unix:///system?socket=/nowhere/libvirt-sock';
    await expect(connect({ uri })).rejects.toMatchObject({
      code: 'connect-failed',
      message: expect.stringContaining('ENOENT /nowhere/libvirt-sock'),
      cause: { code: 'ENOENT' },
    });
  });

  it('fails with the reason when the daemon refuses to open', async () => {
    const daemon = await FakeLibvirtd.start();
    daemon.fail({ procedure: 'connectOpen', code: 5, message: 'no connection driver available for qemu:///system' });
    await expect(connect({ uri: daemon.uri })).rejects.toMatchObject({
      code: 'connect-failed',
      cause: { code: 'remote', codeName: 'VIR_ERR_NO_CONNECT' },
    });
    await daemon.stop();
  });

  it.each(['authList', 'connectOpen'] as const)('gives up when %s is not answered in time', async (procedure) => {
    const daemon = await FakeLibvirtd.start();
    daemon.hold({ procedure });
    await expect(connect({ uri: daemon.uri, connectTimeoutMs: 40 })).rejects.toMatchObject({
      code: 'connect-failed',
      cause: { code: 'call-timeout' },
    });
    await daemon.stop();
  });

  it('can be aborted before and while it waits', async () => {
    const daemon = await FakeLibvirtd.start();
    const aborted = AbortSignal.abort(new Error('too late'));
    await expect(connect({ uri: daemon.uri, signal: aborted })).rejects.toMatchObject({ code: 'call-aborted' });
    daemon.hold({ procedure: 'connectOpen' });
    const controller = new AbortController();
    const waiting = connect({ uri: daemon.uri, signal: controller.signal });
    const failed = expect(waiting).rejects.toMatchObject({ code: 'call-aborted' });
    await daemon.waitForCall('connectOpen');
    controller.abort();
    await failed;
    await daemon.stop();
  });
});

describe('a listener that is no libvirtd', () => {
  let folder: string;
  let server: Server;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'not-libvirtd-'));
  });
  afterEach(async () => {
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true });
  });

  it('fails at once on an answer that is not the protocol', async () => {
    server = createServer((socket) => socket.resume().end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const path = join(folder, 'sock');
    await new Promise<void>((resolve) => server.listen(path, resolve));
    await expect(connect({ uri: `qemu+unix:///system?socket=${path}` })).rejects.toMatchObject({
      code: 'connect-failed',
      cause: { code: 'connection-lost', cause: { code: 'protocol' } },
    });
  });

  it('fails when the connection is closed without a word', async () => {
    server = createServer((socket) => socket.destroy());
    const path = join(folder, 'sock');
    await new Promise<void>((resolve) => server.listen(path, resolve));
    await expect(connect({ uri: `qemu+unix:///system?socket=${path}` })).rejects.toMatchObject({
      code: 'connect-failed',
      cause: { code: 'connection-lost' },
    });
  });
});
