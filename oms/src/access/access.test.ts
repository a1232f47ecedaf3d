import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { UserRole } from '@faultline/contracts';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { pino } from 'pino';
import { readConfig } from '../config.ts';
import type { OmsContext } from '../context.ts';
import { createServer } from '../server.ts';
import { testContext } from '../testing/context.ts';
import { createToken } from '../tokens/index.ts';

const READ: InjectOptions = { url: '/api/v1/vms' };
const OPERATE: InjectOptions = { url: '/api/v1/audit' };
const REPORT: InjectOptions = { method: 'POST', url: '/api/v1/reports', payload: {} };
const ELSEWHERE = '192.0.2.7';

let context: OmsContext;
let app: FastifyInstance;
let logged: string;
async function serve(...args: string[]): Promise<void> {
  logged = '';
  const log = pino({ level: 'trace' }, { write: (line: string) => void (logged += line) });
  context = await testContext({ config: readConfig(args, {}), log });
  app = await createServer(context);
}
afterEach(async () => {
  await app.close();
  await context.db.destroy();
});
const token = async (role: UserRole, name: string = role): Promise<string> => {
  const by = { caller: { who: 'cli/root', role: 'operate' }, now: Date.now() } as const;
  return (await createToken(context.db, { name, role, expiresAfterMs: undefined, replace: false }, by)).text;
};
/** `ok`, or the code of the refusal; a body that fits nothing has been let through. */
async function outcome(request: InjectOptions, more: InjectOptions = {}): Promise<string> {
  const answer = await app.inject({ ...request, ...more });
  const code = answer.statusCode < 400 ? 'ok' : answer.json<{ code: string }>().code;
  return code === 'invalid' ? 'ok' : code;
}
const all = async (more: InjectOptions = {}): Promise<string[]> => [
  await outcome(READ, more),
  await outcome(REPORT, more),
  await outcome(OPERATE, more),
];
const bearer = (text: string): InjectOptions => ({ headers: { authorization: `Bearer ${text}` } });

describe('callers without a token', () => {
  it('may look at everything on this machine, and nothing from elsewhere', async () => {
    await serve();
    expect(await all()).toEqual(['ok', 'unauthorized', 'unauthorized']);
    expect(await all({ remoteAddress: '::1' })).toEqual(['ok', 'unauthorized', 'unauthorized']);
    expect(await all({ remoteAddress: ELSEWHERE })).toEqual(['unauthorized', 'unauthorized', 'unauthorized']);
    expect((await app.inject({ ...READ, remoteAddress: ELSEWHERE })).headers['www-authenticate']).toBe('Bearer');
  });

  it.each([
    ['none', ['unauthorized', 'unauthorized', 'unauthorized']],
    ['read', ['ok', 'unauthorized', 'unauthorized']],
    ['operate', ['ok', 'ok', 'ok']],
  ])('may %s where that is what is set', async (access, outcomes) => {
    await serve('--web.anonymous-access', access);
    expect(await all()).toEqual(outcomes);
    expect(await outcome({ url: '/-/healthy' }, { remoteAddress: ELSEWHERE })).toBe('ok');
  });

  it.each(['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'])(
    'may not act where a proxy on this machine passes them on (%s)',
    async (header) => {
      await serve('--web.anonymous-access', 'operate');
      expect(await all({ headers: { [header]: ELSEWHERE } })).toEqual(['ok', 'unauthorized', 'unauthorized']);
    },
  );

  it('are told who they are and what they may do, as is everyone with a token', async () => {
    await serve('--web.anonymous-access', 'operate');
    const asked = async (more: InjectOptions = {}): Promise<unknown> =>
      (await app.inject({ url: '/api/v1/caller', ...more })).json();
    expect(await asked()).toEqual({ who: 'anonymous/127.0.0.1', role: 'operate' });
    // Behind a proxy of this machine they only look.
    expect(await asked({ headers: { via: '1.1 proxy' } })).toEqual({ who: 'anonymous/127.0.0.1', role: 'read' });
    expect(await asked(bearer(await token('read', 'ana')))).toEqual({ who: 'token/ana', role: 'read' });
    expect(await asked(bearer('flt_none'))).toMatchObject({ code: 'unauthorized' });
  });

  it('are heard from everywhere where the operator says so', async () => {
    await serve('--web.insecure');
    expect(await all({ remoteAddress: ELSEWHERE })).toEqual(['ok', 'unauthorized', 'unauthorized']);
  });
});

describe('callers with a token', () => {
  beforeEach(() => serve());

  it.each<[UserRole, string[]]>([
    ['read', ['ok', 'forbidden', 'forbidden']],
    ['report', ['forbidden', 'ok', 'forbidden']],
    ['operate', ['ok', 'ok', 'ok']],
  ])('of the role %s may use what the role allows, from everywhere', async (role, outcomes) => {
    const credentials = bearer(await token(role));
    expect(await all(credentials)).toEqual(outcomes);
    expect(await all({ ...credentials, remoteAddress: ELSEWHERE })).toEqual(outcomes);
  });

  it('that is wrong are not taken for callers without one', async () => {
    for (const text of ['nonsense', 'flt_', `flt_${'0'.repeat(12)}_${'A'.repeat(43)}`]) {
      expect(await outcome(READ, bearer(text))).toBe('unauthorized');
    }
    expect(await outcome(READ, { headers: { authorization: 'Basic YTpi' } })).toBe('unauthorized');
    expect(await outcome(READ, { headers: { authorization: ' ' } })).toBe('ok');
  });

  it('need it in the header: in an address it would be kept in histories and logs', async () => {
    const text = await token('operate');
    expect(await outcome({ url: `/api/v1/audit?access_token=${text}` })).toBe('unauthorized');
  });

  it('are named to the route, and the token is in no line of the log', async () => {
    const credentials = bearer(await token('operate', 'ana'));
    await outcome(OPERATE, credentials);
    await context.db.schema.dropTable('vms').execute();
    expect(await outcome(READ, credentials)).toBe('internal');
    await context.db.schema.dropTable('tokens').execute();
    expect(await outcome(READ, credentials)).toBe('internal');
    expect(logged).toContain('the request failed');
    expect(logged).not.toContain('flt_');
  });
});

describe('one caller', () => {
  it('is answered so often a second, and then told when to come back, without cost to others', async () => {
    await serve('--web.rate-limit', '1');
    const ana = bearer(await token('read', 'ana'));
    for (let index = 0; index < 10; index += 1) expect(await outcome(READ)).toBe('ok');
    const refused = await app.inject(READ);
    expect([refused.statusCode, refused.json()]).toMatchObject([429, { code: 'too-many-requests' }]);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(await outcome(READ, ana)).toBe('ok');
    expect(await outcome(READ, { ...ana, remoteAddress: ELSEWHERE })).toBe('ok');
  });

  it('is counted also while it guesses tokens', async () => {
    await serve('--web.rate-limit', '1');
    const outcomes: string[] = [];
    for (let index = 0; index < 11; index += 1) outcomes.push(await outcome(READ, bearer(`guess${index}`)));
    expect(outcomes).toEqual([...Array.from({ length: 10 }, () => 'unauthorized'), 'too-many-requests']);
  });

  it('has only so many requests answered at a time', async () => {
    await serve('--web.rate-limit', '1000');
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const slow = await createServer({ ...context, hosts: () => [] });
    let entered = 0;
    slow.get('/slow', { config: { access: 'read' } }, () => {
      entered += 1;
      return held.then(() => 'done');
    });
    const asked = Array.from({ length: 200 }, () => slow.inject('/slow'));
    while (entered < 200) await new Promise(setImmediate);
    let beyond = await slow.inject('/slow');
    expect([beyond.statusCode, beyond.json(), beyond.headers['retry-after']]).toMatchObject([
      429,
      { code: 'too-many-requests', detail: '200 requests of anonymous/127.0.0.1 are being answered already' },
      '1',
    ]);
    release();
    expect((await Promise.all(asked)).map(({ statusCode }) => statusCode)).toEqual(Array(200).fill(200));
    beyond = await slow.inject('/slow');
    expect(beyond.statusCode).toBe(200);
    await slow.close();
  });
});
