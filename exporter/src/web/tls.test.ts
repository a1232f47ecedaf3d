import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { request, type RequestOptions } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { TLSSocket } from 'node:tls';
import type { IncomingMessage } from 'node:http';
import bcrypt from 'bcryptjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { COLLECTORS, makeCa, makeCertificate, pageOf, startTestWeb } from './testing.ts';
import type { Web } from './server.ts';

let folder: string;
const running: Web[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-tls-'));
  makeCa(folder, 'ca');
  makeCa(folder, 'other-ca');
  makeCertificate(folder, { name: 'first', ca: 'ca', san: 'DNS:first.example,IP:127.0.0.1' });
  makeCertificate(folder, { name: 'second', ca: 'ca', san: 'DNS:second.example,IP:127.0.0.1' });
  makeCertificate(folder, { name: 'client', ca: 'ca', san: 'DNS:prometheus.example,email:ops@example.org' });
  makeCertificate(folder, { name: 'stranger', ca: 'other-ca', san: 'DNS:prometheus.example' });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((web) => web.close()));
});

const pem = (name: string): string => readFileSync(join(folder, name), 'utf8');

/** Puts a file into its place at once, with a stamp of its own, as those who renew certificates do. */
function put(name: string, from: () => string): void {
  const path = join(folder, name);
  const before = statSync(path, { throwIfNoEntry: false });
  writeFileSync(`${path}.new`, from());
  if (before !== undefined) utimesSync(`${path}.new`, before.atime, new Date(before.mtimeMs + 1000));
  renameSync(`${path}.new`, path);
}

async function serve(config: string) {
  put('web.yml', () => config);
  copyFileSync(join(folder, 'first.pem'), join(folder, 'server.pem'));
  copyFileSync(join(folder, 'first.key'), join(folder, 'server.key'));
  const web = await startTestWeb({ configFile: join(folder, 'web.yml') });
  running.push(web);
  web.exposition.show(pageOf(7, COLLECTORS.running));
  return { port: Number(new URL(web.urls[0] ?? '').port), url: web.urls[0] ?? '' };
}

/** Asks over a connection of its own; `refused` when it was cut off. */
async function ask(port: number, options: RequestOptions = {}) {
  const asked = request({
    host: '127.0.0.1',
    port,
    path: '/metrics',
    ca: pem('ca.pem'),
    agent: false,
    ...options,
  }).end();
  try {
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    const { socket } = response;
    if (!(socket instanceof TLSSocket)) throw new Error('not encrypted');
    const [san, protocol, cipher] = [
      socket.getPeerX509Certificate()?.subjectAltName,
      socket.getProtocol(),
      socket.getCipher().name,
    ];
    return {
      status: response.statusCode,
      headers: response.headers,
      san,
      protocol,
      cipher,
      body: await text(response),
    };
  } catch (error) {
    return { status: 'refused', error, headers: {}, san: undefined, protocol: undefined, cipher: undefined, body: '' };
  }
}
const withCertificate = (name: string) => ({ cert: pem(`${name}.pem`), key: pem(`${name}.key`) });

const SERVER = 'cert_file: server.pem, key_file: server.key';

describe('TLS', () => {
  it('is spoken with the certificate of the file, HTTP/1.1 and HTTP/2', async () => {
    const { port, url } = await serve(`tls_server_config: {${SERVER}}\n`);
    expect(url).toMatch(/^https:/);
    expect(await ask(port)).toMatchObject({
      status: 200,
      protocol: 'TLSv1.3',
      body: expect.stringContaining('test_first 7'),
    });
    const session = connectHttp2(url, { ca: pem('ca.pem') });
    const stream = session.request({ ':path': '/metrics?collect[]=first', 'accept-encoding': 'identity' });
    const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
    expect(headers[':status']).toBe(200);
    expect(await text(stream)).toContain('test_first 7');
    const missing = session.request({ ':path': '/nothing' });
    expect(((await once(missing, 'response')) as [Record<string, unknown>])[0][':status']).toBe(404);
    missing.resume();
    session.close();
    await once(session, 'close');
  });

  it('is spoken without HTTP/2 where that is switched off', async () => {
    const { port, url } = await serve(`tls_server_config: {${SERVER}}\nhttp_server_config: {http2: false}\n`);
    expect((await ask(port)).status).toBe(200);
    const session = connectHttp2(url, { ca: pem('ca.pem') });
    await expect(once(session, 'connect')).rejects.toThrow();
  });

  it('is not fallen back from, and outlives those who do not speak it', async () => {
    const { port } = await serve(`tls_server_config: {${SERVER}}\n`);
    const plain = connectTcp(port, '127.0.0.1');
    plain.end('GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n');
    const answer = await text(plain).catch((error: unknown) => String(error));
    expect(answer).not.toContain('test_first');
    expect((await ask(port)).status).toBe(200);
  });

  it('has the versions and suites that are configured', async () => {
    const { port } = await serve(
      `tls_server_config: {${SERVER}, max_version: TLS12, cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384]}\n`,
    );
    expect(await ask(port)).toMatchObject({ protocol: 'TLSv1.2', cipher: 'ECDHE-ECDSA-AES256-GCM-SHA384' });
    expect((await ask(port, { ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' })).status).toBe('refused');
    expect((await ask(port, { minVersion: 'TLSv1.3' })).status).toBe('refused');
    put('web.yml', () => `tls_server_config: {${SERVER}, min_version: TLS13}\n`);
    expect((await ask(port, { maxVersion: 'TLSv1.2' })).status).toBe('refused');
    expect((await ask(port)).protocol).toBe('TLSv1.3');
    put('web.yml', () => `tls_server_config: {${SERVER}, min_version: TLS10, max_version: TLS11}\n`);
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    expect(await ask(port, old)).toMatchObject({ status: 200, protocol: 'TLSv1.1' });
    expect((await ask(port)).status).toBe('refused');
  });
});

describe('certificates of clients', () => {
  it.each([
    ['NoClientCert', '', [200, 200, 200]],
    ['RequestClientCert', '', [200, 200, 200]],
    ['RequireAnyClientCert', '', ['refused', 200, 200]],
    ['VerifyClientCertIfGiven', ', client_ca_file: ca.pem', [200, 200, 'refused']],
    ['RequireAndVerifyClientCert', ', client_ca_file: ca.pem', ['refused', 200, 'refused']],
    [
      'RequireAndVerifyClientCert',
      ', client_ca_file: ca.pem, client_allowed_sans: [ops@example.org]',
      ['refused', 200, 'refused'],
    ],
    [
      'RequireAndVerifyClientCert',
      ', client_ca_file: ca.pem, client_allowed_sans: [example.org]',
      ['refused', 'refused', 'refused'],
    ],
  ])('%s%s: %j for none, a known and a strange one', async (type, more, expected) => {
    const { port } = await serve(`tls_server_config: {${SERVER}, client_auth_type: ${type}${more}}\n`);
    const got = [
      await ask(port),
      await ask(port, withCertificate('client')),
      await ask(port, withCertificate('stranger')),
    ];
    expect(got.map(({ status }) => status)).toEqual(expected);
  });
});

describe('what changes while it runs', () => {
  it('is a renewed certificate: the next connection has it', async () => {
    const { port } = await serve(`tls_server_config: {${SERVER}}\n`);
    expect((await ask(port)).san).toContain('first.example');
    put('server.pem', () => pem('second.pem'));
    // Between the two files there is no pair: the old one stays.
    expect(await ask(port)).toMatchObject({ status: 200, san: expect.stringContaining('first.example') });
    put('server.key', () => pem('second.key'));
    const renewed = await ask(port);
    expect(renewed.san).toContain('second.example');
    expect(renewed.body).toContain('faultline_exporter_web_config_last_reload_successful 1');
  });

  it('is who may come in, at the next request of the same connection', async () => {
    const users = (password: string) => `basic_auth_users: {alice: ${bcrypt.hashSync(password, 4)}}\n`;
    const { port } = await serve(users('old'));
    const get = (password?: string) =>
      fetch(`http://127.0.0.1:${port}/metrics`, {
        headers: password === undefined ? {} : { authorization: `Basic ${btoa(`alice:${password}`)}` },
      });
    const refused = await get();
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
      401,
      'Basic realm="faultline-exporter", charset="UTF-8"',
    ]);
    expect(await refused.json()).toMatchObject({ code: 'unauthorized' });
    expect((await get('old')).status).toBe(200);
    put('web.yml', () => users('new'));
    expect([(await get('old')).status, (await get('new')).status]).toEqual([401, 200]);
  });

  it('stays as it was while the file cannot be used, and the page says so', async () => {
    const { port } = await serve('http_server_config: {headers: {X-Frame-Options: deny}}\n');
    const page = async () => {
      const response = await fetch(`http://127.0.0.1:${port}/metrics`);
      return { frames: response.headers.get('x-frame-options'), body: await response.text() };
    };
    expect(await page()).toMatchObject({ frames: 'deny', body: expect.stringContaining('_reload_successful 1\n') });
    put('web.yml', () => 'http_server_config: {headers: {X-Frame-Options: nonsense}}\n');
    expect(await page()).toMatchObject({ frames: 'deny', body: expect.stringContaining('_reload_successful 0\n') });
    rmSync(join(folder, 'web.yml'));
    expect(await page()).toMatchObject({ frames: 'deny', body: expect.stringContaining('_reload_successful 0\n') });
    put('web.yml', () => 'http_server_config: {headers: {X-Frame-Options: sameorigin}}\n');
    expect(await page()).toMatchObject({
      frames: 'sameorigin',
      body: expect.stringContaining('_reload_successful 1\n'),
    });
  });
});

it('has openssl, without which none of this is tested', () => {
  expect(execFileSync('openssl', ['version'], { encoding: 'utf8' })).toMatch(/^OpenSSL/);
});
