import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Problem, PROBLEMS } from '@faultline/contracts';
import type { FastifyInstance } from 'fastify';
import { Value } from 'typebox/value';
import type { OmsContext } from './context.ts';
import { createServer } from './server.ts';
import { testContext } from './testing/context.ts';

describe('an error over HTTP', () => {
  let context: OmsContext;
  let app: FastifyInstance;
  beforeEach(async () => {
    context = await testContext();
    app = await createServer(context);
  });
  afterEach(async () => {
    await app.close();
    await context.db.destroy();
  });
  const json = { 'content-type': 'application/json' };

  it.each<[string, object, keyof typeof PROBLEMS]>([
    ['an address with nothing', { url: '/api/v1/nothing' }, 'not-found'],
    ['a method that is not answered', { method: 'DELETE', url: '/api/v1/vms' }, 'not-found'],
    ['an address that is none', { url: '/%zz' }, 'bad-request'],
    ['a body that is none', { method: 'POST', url: '/api/v1/query', headers: json, payload: '{' }, 'not-json'],
    [
      'a type that is not taken',
      { method: 'POST', url: '/api/v1/query', headers: { 'content-type': 'text/xml' }, payload: '<a/>' },
      'unsupported-media-type',
    ],
    ['a body in another form', { method: 'POST', url: '/api/v1/query', headers: json, payload: '{}' }, 'invalid'],
    ['a value that is none', { url: '/api/v1/audit?limit=none' }, 'invalid'],
    ['a name that is not ours', { url: '/', headers: { host: 'evil.example' } }, 'host-not-allowed'],
  ])('for %s is a problem (RFC 9457) from the catalogue', async (_what, request, code) => {
    const answer = await app.inject(request);
    const problem = answer.json<Problem>();
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(problem).toMatchObject({ code, type: `urn:faultline:problem:${code}`, ...PROBLEMS[code] });
    expect(answer.statusCode).toBe(problem.status);
    expect(Value.Check(Problem, problem)).toBe(true);
  });

  it.each([
    ['no HTTP', 'HELLO\r\n\r\n', 'bad-request'],
    ['a method that HTTP does not know', 'BREW / HTTP/1.1\r\nhost: localhost\r\n\r\n', 'bad-request'],
    [
      'a length beside chunks',
      'POST / HTTP/1.1\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n',
      'bad-request',
    ],
    ['huge headers', `GET / HTTP/1.1\r\nhost: localhost\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, 'headers-too-large'],
  ] as const)('for %s, which is no request yet, is one too, and ends the connection', async (_what, sent, code) => {
    await app.listen({ host: '127.0.0.1', port: 0 });
    const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(sent);
    const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
    expect(head).toContain(`HTTP/1.1 ${PROBLEMS[code].status} `);
    expect(head).toContain('content-type: application/problem+json');
    expect(JSON.parse(body)).toMatchObject({ code, status: PROBLEMS[code].status });
    expect(Value.Check(Problem, JSON.parse(body))).toBe(true);
  });

  it('that nobody expected tells nothing of the inside', async () => {
    await context.db.schema.dropTable('vms').execute();
    const answer = await app.inject('/api/v1/vms');
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.json()).toMatchObject({ code: 'internal', status: 500, detail: 'the OMS failed; its log says why' });
  });
});
