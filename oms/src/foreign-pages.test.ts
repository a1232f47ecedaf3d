import { hostname } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import type { OmsContext } from './context.ts';
import { createServer } from './server.ts';
import { testConfig, testContext } from './testing/context.ts';

describe('pages of other sites', () => {
  let context: OmsContext;
  let app: FastifyInstance;
  beforeAll(async () => {
    const config = testConfig('--web.allowed-host', 'oms.example');
    context = await testContext({ config });
    app = await createServer(context);
  });
  afterAll(async () => {
    await app.close();
    await context.db.destroy();
  });
  const STOP = { id: 'x', vm: '11111111-1111-4111-8111-111111111111', kind: 'stop', initiator: 'a page', force: true };
  const codeOf = async (method: 'GET' | 'POST', headers: Record<string, string>): Promise<string> => {
    const payload = method === 'POST' ? { payload: STOP } : {};
    const url = method === 'POST' ? '/api/v1/operations' : '/api/v1/vms';
    const answer = await app.inject({ method, url, headers, ...payload });
    return answer.statusCode === 200 ? 'ok' : answer.json<{ code: string }>().code;
  };

  it.each([
    'localhost:3000',
    'LOCALHOST.:3000',
    '127.0.0.1:3000',
    '[::1]:3000',
    '192.168.1.5',
    `${hostname()}:3000`,
    'oms.example',
  ])('are not who asks for %s', async (host) => {
    expect(await codeOf('GET', { host })).toBe('ok');
    expect(await codeOf('POST', { host })).toBe('vm-unknown');
    expect(await codeOf('POST', { host, origin: `http://${host}` })).toBe('vm-unknown');
  });

  it.each(['evil.example:3000', '127.0.0.1.evil.example', 'localhost.evil.example', 'oms.example.evil', 'a b', '[x]'])(
    'neither read nor act under a name of their own, rebound to this address: %s',
    async (host) => {
      expect(await codeOf('GET', { host })).toBe('host-not-allowed');
      expect(await codeOf('POST', { host, origin: `http://${host}` })).toBe('host-not-allowed');
    },
  );

  it.each(['http://evil.example', 'http://localhost:8080', 'null', 'https://127.0.0.1.evil.example', 'nonsense'])(
    'may not act from the origin %s',
    async (origin) => {
      expect(await codeOf('POST', { host: 'localhost:3000', origin })).toBe('cross-origin');
    },
  );

  it('may not act where the browser says that the request crosses sites, and may behind a proxy with TLS', async () => {
    expect(await codeOf('POST', { host: 'oms.example', 'sec-fetch-site': 'cross-site' })).toBe('cross-origin');
    expect(await codeOf('POST', { host: 'oms.example', origin: 'https://oms.example' })).toBe('vm-unknown');
    expect(await codeOf('POST', { host: 'oms.example:443', origin: 'https://oms.example' })).toBe('vm-unknown');
  });
});
