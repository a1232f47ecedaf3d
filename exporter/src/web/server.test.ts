import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { BadSettingError } from '@faultline/program';
import { afterEach, describe, expect, it } from '@jest/globals';
import { COLLECTORS, pageOf, startTestWeb } from './testing.ts';
import type { Web, WebOptions } from './server.ts';

const running: Web[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((web) => web.close()));
});

async function serve(options: Partial<WebOptions> = {}, cycle = 7) {
  const web = await startTestWeb(options);
  running.push(web);
  if (cycle > 0) web.exposition.show(pageOf(cycle, COLLECTORS.running));
  const [url = ''] = web.urls;
  return { ...web, url };
}

interface Got {
  status: number | undefined;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

/** Unlike fetch it adds no headers, and shows the body as it came. */
async function ask(url: string, path: string, options: { method?: string; headers?: Record<string, string> } = {}) {
  const { hostname, port } = new URL(url);
  const asked = httpRequest({ hostname, port, path, agent: false, ...options }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) } satisfies Got;
}
const codeOf = ({ body }: Got): unknown => (JSON.parse(body.toString()) as { code: unknown }).code;

describe('the page', () => {
  it('comes with its length, to HEAD without itself', async () => {
    const { url } = await serve();
    const got = await ask(url, '/metrics');
    expect(got.body.toString()).toContain('\ntest_first 7\n');
    expect(got.headers).toMatchObject({
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
      'content-length': String(got.body.length),
      vary: 'accept-encoding',
    });
    const head = await ask(url, '/metrics', { method: 'HEAD' });
    expect([head.status, head.body.length, head.headers['content-length']]).toEqual([200, 0, String(got.body.length)]);
  });

  it('is compressed for who asks for it, and is the same text', async () => {
    const { url, exposition } = await serve();
    for (const cycle of [8, 9]) {
      exposition.show(pageOf(cycle, COLLECTORS.running));
      const plain = await ask(url, '/metrics');
      const gzipped = await ask(url, '/metrics', { headers: { 'accept-encoding': 'gzip' } });
      expect(gzipped.headers['content-encoding']).toBe('gzip');
      expect(gunzipSync(gzipped.body).toString()).toBe(plain.body.toString());
      expect(plain.body.toString()).toContain(`test_second ${cycle}\n`);
    }
  });

  it('holds the collectors that are asked for, compressed or not', async () => {
    const { url } = await serve();
    const some = (await ask(url, '/metrics?collect[]=second')).body.toString();
    expect(some).toContain('test_second 7');
    expect(some).toContain('exporter_collector_success{collector="second"} 1');
    expect(some).not.toMatch(/test_first|"first"/);
    const others = await ask(url, '/metrics?exclude%5B%5D=second', { headers: { 'accept-encoding': 'gzip' } });
    expect(gunzipSync(others.body).toString()).toMatch(/^(?![^]*(test_second|"second"))[^]*test_first 7\n/);
    expect((await ask(url, '/metrics?exclude[]=first&exclude[]=second')).status).toBe(200);
  });

  it('is right for more selections than are kept, and of the newest cycle', async () => {
    const names = Array.from({ length: 24 }, (_each, index) => `c${index}`);
    const { url, exposition } = await serve({ collectors: { running: names, known: names } }, 0);
    for (const cycle of [1, 2]) {
      exposition.show(pageOf(cycle, names));
      for (const name of names) {
        const { body } = await ask(url, `/metrics?collect[]=${name}`);
        expect(body.toString().match(/^test_.*$/gm)).toEqual([`test_${name} ${cycle}`]);
      }
    }
  });

  it('is there before the first cycle, and says so', async () => {
    const { url } = await serve({}, 0);
    expect((await ask(url, '/metrics')).status).toBe(200);
    expect((await ask(url, '/metrics', { headers: { 'accept-encoding': 'gzip' } })).status).toBe(200);
    expect(codeOf(await ask(url, '/-/ready'))).toBe('not-ready');
    expect((await ask(url, '/-/healthy')).status).toBe(200);
  });

  it('has the path that was chosen', async () => {
    const { url } = await serve({ telemetryPath: '/prometheus/metrics' });
    expect((await ask(url, '/prometheus/metrics')).status).toBe(200);
    expect((await ask(url, '/metrics')).status).toBe(404);
    expect((await ask(url, '/')).body.toString()).toContain('href="/prometheus/metrics"');
    const atRoot = await serve({ telemetryPath: '/' });
    expect((await ask(atRoot.url, '/')).body.toString()).toContain('test_first 7');
  });
});

describe('requests that cannot be answered', () => {
  it.each([
    ['/metrics?collect[]=nonsense', {}, 400, 'unknown-collector'],
    ['/metrics?collect[]=third', {}, 400, 'disabled-collector'],
    ['/metrics?collect[]=first&exclude[]=second', {}, 400, 'collect-and-exclude'],
    ['/metrics', { method: 'POST' }, 405, 'method-not-allowed'],
    ['/-/healthy', { method: 'DELETE' }, 405, 'method-not-allowed'],
    ['/', { method: 'OPTIONS' }, 405, 'method-not-allowed'],
    ['/metrics', { headers: { accept: 'application/json' } }, 406, 'not-acceptable'],
    ['/metrics/', {}, 404, 'not-found'],
    ['//metrics', {}, 404, 'not-found'],
    ['/../metrics', {}, 404, 'not-found'],
    ['/%2e%2e/etc/passwd', {}, 404, 'not-found'],
    ['/__proto__', {}, 404, 'not-found'],
    [`/${'x'.repeat(9000)}`, {}, 404, 'not-found'],
    ['*', {}, 404, 'not-found'],
  ])('%s %j: %d %s', async (path, options, status, code) => {
    const { url } = await serve();
    const got = await ask(url, path, options);
    expect([got.status, codeOf(got)]).toEqual([status, code]);
    expect(got.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(got.body.length).toBeLessThan(500);
    if (status === 405) expect(got.headers.allow).toBe('GET, HEAD');
  });

  it('answers a request that names the host, as a proxy does', async () => {
    const { url } = await serve();
    expect((await ask(url, 'http://other.example/metrics?collect[]=first')).status).toBe(200);
  });

  it.each([
    ['nonsense', 'GET\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['headers over the bound', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`, /^HTTP\/1\.1 431 /],
    ['a body', 'GET / HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\nconnection: close\r\n\r\nabc', /^HTTP\/1\.1 200 /],
  ])('survives %s', async (_what, bytes, answer) => {
    const { url } = await serve();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.end(bytes);
    expect(await text(socket)).toMatch(answer);
    expect((await ask(url, '/metrics')).status).toBe(200);
  });
});

describe('the landing page', () => {
  it('leads to everything, and needs nothing from elsewhere', async () => {
    const { url } = await serve();
    const got = await ask(url, '/');
    const page = got.body.toString();
    expect(got.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page).not.toMatch(/<script|src=|https?:/);
    const links = [...page.matchAll(/href="([^"]+)"/g)].map(([, link = '']) => link);
    expect(links).toEqual([
      ...['/metrics', '/-/healthy', '/-/ready'],
      ...['/metrics?collect%5B%5D=first', '/metrics?collect%5B%5D=second'],
    ]);
    for (const link of links) expect((await ask(url, link)).status).toBe(200);
    expect(page).toContain('<code>third</code> (off)');
  });
});

describe('listening', () => {
  it('does so on every address that is given', async () => {
    const addresses = ['127.0.0.1', '127.0.0.2', '::1', ''].map((host) => ({ host, port: 0 }));
    const { urls } = await serve({ addresses });
    expect(urls.map((url) => new URL(url).hostname)).toEqual(['127.0.0.1', '127.0.0.2', '[::1]', '[::]']);
    for (const url of urls) expect((await fetch(`${url.replace('[::]', '127.0.0.1')}/metrics`)).status).toBe(200);
  });

  it('does so on all or none', async () => {
    const { url } = await serve();
    const taken = { host: '127.0.0.1', port: Number(new URL(url).port) };
    const free = { host: '127.0.0.3', port: taken.port };
    await expect(startTestWeb({ addresses: [free, taken] })).rejects.toThrow(BadSettingError);
    const again = await startTestWeb({ addresses: [free] });
    await again.close();
  });

  it('does not wait for ever for a client to say what it wants', async () => {
    const { url } = await serve({ headersTimeoutMs: 200 });
    const port = Number(new URL(url).port);
    const [silent, slow] = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
    slow.write('GET /metrics HTTP/1.1\r\nhost: x\r\n');
    const answers = await Promise.all([text(silent), text(slow)]);
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect((await ask(url, '/metrics')).status).toBe(200);
  });

  it('ends while a client holds a connection that it does not use', async () => {
    const web = await startTestWeb();
    const port = Number(new URL(web.urls[0] ?? '').port);
    const [silent, used] = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
    used.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    await once(used, 'data');
    const begun = performance.now();
    const closed = [once(silent, 'close'), once(used, 'close')];
    silent.resume();
    used.resume();
    await web.close();
    await Promise.all(closed);
    expect(performance.now() - begun).toBeLessThan(5000);
  });
});
