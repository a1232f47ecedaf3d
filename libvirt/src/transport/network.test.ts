import { afterEach, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { connect } from '../connect.ts';
import { FakeLibvirtd, type FakeLibvirtdOptions, type FakeTls } from '../testing/index.ts';

const pki = join(import.meta.dirname, '..', 'fixtures', 'pki');
const pem = (path: string): string => readFileSync(join(pki, path), 'utf8');
const daemonTls: FakeTls = { ca: pem('cacert.pem'), cert: pem('servercert.pem'), key: pem('serverkey.pem') };
const elsewhere: FakeTls = { ...daemonTls, cert: pem('elsewhere/servercert.pem'), key: pem('elsewhere/serverkey.pem') };

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function daemonWith(options: FakeLibvirtdOptions): Promise<FakeLibvirtd> {
  const daemon = await FakeLibvirtd.start({ hostname: 'far', ...options });
  cleanups.push(() => daemon.stop());
  return daemon;
}

/** A server of raw bytes, and its port. */
async function serve(server: Server, onSocket: (socket: Socket) => void, event = 'connection'): Promise<number> {
  const sockets: Socket[] = [];
  server.on(event, (socket: Socket) => {
    sockets.push(socket.on('error', () => undefined));
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

describe('TCP', () => {
  it('opens, says what the daemon shall open, and lives through a restart of the daemon', async () => {
    const daemon = await daemonWith({ listen: 'tcp' });
    const connection = await connect({ uri: daemon.uri, readOnly: true });
    expect(await connection.hostname()).toBe('far');
    expect(daemon.openedNames).toEqual(['qemu:///system']);
    await daemon.goDown();
    expect(await connection.closed).toMatchObject({ code: 'connection-lost' });
    await daemon.comeUp();
    await (await connect({ uri: daemon.uri })).close();
  });

  it('fails by name where nobody listens, and where there is no such host', async () => {
    const daemon = await daemonWith({ listen: 'tcp' });
    await daemon.goDown();
    await expect(connect({ uri: daemon.uri })).rejects.toMatchObject({ code: 'connect-failed' });
    await expect(connect({ uri: 'qemu+tcp://no-such-host.invalid/system' })).rejects.toMatchObject({
      code: 'connect-failed',
    });
  });

  it('says what to do where SASL is asked for', async () => {
    const daemon = await daemonWith({ listen: 'tcp', auth: ['sasl'] });
    await expect(connect({ uri: daemon.uri })).rejects.toMatchObject({
      code: 'authentication-required',
      offered: ['sasl'],
      message: expect.stringContaining('auth_tls'),
    });
  });
});

describe('TLS', () => {
  it('opens with the certificates in pkipath', async () => {
    const daemon = await daemonWith({ listen: daemonTls });
    const connection = await connect({ uri: `${daemon.uri}?pkipath=${pki}` });
    expect(await connection.hostname()).toBe('far');
    expect(daemon.openedNames).toEqual(['qemu:///system']);
    await connection.close();
  });

  it('opens with explicit files, and to a host without +tls', async () => {
    const daemon = await daemonWith({ listen: daemonTls });
    const tls = {
      caFile: join(pki, 'cacert.pem'),
      certFile: join(pki, 'clientcert.pem'),
      keyFile: join(pki, 'clientkey.pem'),
    };
    const uri = daemon.uri.replace('qemu+tls://127.0.0.1', 'qemu://localhost');
    await (await connect({ uri, tls })).close();
  });

  it.each([
    ['signed by a CA that is not ours', daemonTls, 'pkipath=PKI/stranger'],
    ['of another host', elsewhere, 'pkipath=PKI'],
  ])('refuses a daemon with a certificate %s, unless told not to look', async (_name, listen, query) => {
    const daemon = await daemonWith({ listen });
    const uri = `${daemon.uri}?${query.replace('PKI', pki)}`;
    await expect(connect({ uri })).rejects.toMatchObject({ code: 'tls-failed' });
    expect(daemon.connections).toBe(0);
    const tls = { certFile: join(pki, 'clientcert.pem'), keyFile: join(pki, 'clientkey.pem') };
    await (await connect({ uri: `${uri}&no_verify=1`, tls })).close();
    await expect(connect({ uri: `${uri}&no_verify=0`, tls })).rejects.toMatchObject({ code: 'tls-failed' });
  });

  it('refuses a daemon whose certificate was revoked', async () => {
    const daemon = await daemonWith({ listen: daemonTls });
    const crlFile = join(pki, 'revoked', 'cacrl.pem');
    await expect(connect({ uri: `${daemon.uri}?pkipath=${pki}`, tls: { crlFile } })).rejects.toMatchObject({
      code: 'tls-failed',
      cause: { code: 'CERT_REVOKED' },
    });
  });

  it.each([
    ['no certificate', {}],
    ['that of a stranger', { certFile: `${pki}/stranger/clientcert.pem`, keyFile: `${pki}/stranger/clientkey.pem` }],
  ])('says that the daemon does not accept us, with %s', async (_name, own) => {
    const daemon = await daemonWith({ listen: daemonTls });
    const uri = `${daemon.uri}?pkipath=/nowhere`;
    await expect(connect({ uri, tls: { caFile: join(pki, 'cacert.pem'), ...own } })).rejects.toMatchObject({
      code: 'tls-failed',
      message: expect.stringContaining('does not accept'),
    });
  });

  it('says which file is missing, and which is none', async () => {
    const daemon = await daemonWith({ listen: daemonTls });
    await expect(connect({ uri: `${daemon.uri}?pkipath=/nowhere` })).rejects.toMatchObject({
      code: 'tls-failed',
      message: expect.stringContaining('/nowhere/cacert.pem'),
    });
    const tls = { certFile: join(pki, 'make.sh'), keyFile: join(pki, 'make.sh') };
    await expect(connect({ uri: `${daemon.uri}?pkipath=${pki}`, tls })).rejects.toMatchObject({ code: 'tls-failed' });
    expect(daemon.connections).toBe(0);
  });

  it('fails where no TLS is spoken', async () => {
    const daemon = await daemonWith({ listen: 'tcp' });
    const uri = daemon.uri.replace('+tcp', '+tls');
    await expect(connect({ uri: `${uri}?pkipath=${pki}`, connectTimeoutMs: 2_000 })).rejects.toMatchObject({
      code: 'tls-failed',
    });
  });

  it('waits for a listener that says nothing no longer than it may', async () => {
    const port = await serve(createServer(), () => undefined);
    const uri = `qemu+tls://127.0.0.1:${port}/system?pkipath=${pki}`;
    await expect(connect({ uri, connectTimeoutMs: 50 })).rejects.toMatchObject({ code: 'connect-failed' });
    const controller = new AbortController();
    const waiting = expect(connect({ uri, signal: controller.signal })).rejects.toMatchObject({ code: 'call-aborted' });
    setImmediate(() => {
      controller.abort();
    });
    await waiting;
  });

  /** A daemon that ends the TLS handshake well and sends these bytes. */
  const confirming = (bytes: Buffer) =>
    serve(createTlsServer(daemonTls), (socket) => socket.write(bytes), 'secureConnection');

  it.each([
    ['a byte that is no yes', Buffer.of(0), 'tls-failed'],
    ['a packet that nobody asked for', Buffer.of(1, 0, 0, 0, 27), 'connect-failed'],
  ])('is not fooled by %s', async (_name, bytes, code) => {
    const port = await confirming(bytes);
    await expect(connect({ uri: `qemu+tls://127.0.0.1:${port}/system?pkipath=${pki}` })).rejects.toMatchObject({
      code,
    });
  });

  it.each(['tls_priority=NORMAL', 'no_verify=yes', 'pkipath=relative'])('refuses %s by name', async (query) => {
    await expect(connect({ uri: `qemu+tls://127.0.0.1/system?${query}` })).rejects.toMatchObject({
      code: 'uri-unusable',
      message: expect.stringContaining(query.split('=')[0] ?? ''),
    });
  });
});
