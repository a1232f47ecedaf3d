import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { AuditPage } from '@faultline/contracts';
import type { FastifyInstance } from 'fastify';
import { Value } from 'typebox/value';
import type { OmsContext } from '../context.ts';
import { cursorOf } from '../pages/index.ts';
import { createServer } from '../server.ts';
import { testContext } from '../testing/context.ts';
import { onEachEngine } from '../testing/engines.ts';
import { recordAudit } from './index.ts';

const ANA = { who: 'token/ana', role: 'operate' } as const;
const BOB = { who: 'token/bob', role: 'operate' } as const;

onEachEngine('GET /api/v1/audit', (engine) => {
  let context: OmsContext;
  let app: FastifyInstance;
  beforeEach(async () => {
    context = await testContext({ db: await engine.open() });
    app = await createServer(context);
  });
  afterEach(async () => {
    await app.close();
    await context.db.destroy();
  });
  const record = (at: number, more: object = {}) =>
    recordAudit(context.db, { at, caller: ANA, what: 'operation.ask', target: 'vm/1', outcome: 'accepted', ...more });
  async function page(query: Record<string, string>): Promise<AuditPage> {
    const answer = await app.inject({ url: '/api/v1/audit', query });
    expect(answer.statusCode).toBe(200);
    const body = answer.json<AuditPage>();
    expect(Value.Check(AuditPage, body)).toBe(true);
    return body;
  }

  it('tells who asked for what, on what and why, and what came of it', async () => {
    await record(5, { why: 'it hangs', details: { kind: 'stop', nested: { force: true } }, outcome: 'vm-busy' });
    expect(await page({})).toEqual({
      items: [
        {
          id: expect.any(String),
          at: 5,
          ...ANA,
          what: 'operation.ask',
          target: 'vm/1',
          why: 'it hangs',
          outcome: 'vm-busy',
          details: { kind: 'stop', nested: { force: true } },
        },
      ],
      next: null,
    });
  });

  it('gives every record once, page by page, though many have one time and more are added meanwhile', async () => {
    for (let index = 0; index < 25; index += 1) await record(Math.floor(index / 10));
    const seen: AuditPage['items'] = [];
    let cursor: string | null = null;
    do {
      const { items, next }: AuditPage = await page({ limit: '4', ...(cursor === null ? {} : { cursor }) });
      await record(99);
      seen.push(...items);
      cursor = next;
    } while (cursor !== null);
    expect(seen).toHaveLength(25);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(25);
    expect(seen.map(({ at }) => at)).toEqual(seen.map(({ at }) => at).sort((a, b) => b - a));
  });

  it('gives those of one caller, or of one target', async () => {
    await record(1);
    await record(2, { caller: BOB });
    await record(3, { target: 'vm/2' });
    const times = async (query: Record<string, string>) => (await page(query)).items.map(({ at }) => at);
    expect(await times({ who: 'token/ana' })).toEqual([3, 1]);
    expect(await times({ target: 'vm/1' })).toEqual([2, 1]);
    expect(await times({ target: 'vm/1', who: 'token/bob' })).toEqual([2]);
    expect(await times({ who: "x' or 1=1 --" })).toEqual([]);
  });

  it.each([
    ['limit=0', 'invalid'],
    ['limit=501', 'invalid'],
    ['limit=1e999', 'invalid'],
    ['who=', 'invalid'],
    ['order=asc', 'invalid'],
    ['cursor=%00', 'invalid'],
    ['cursor=nonsense', 'cursor-invalid'],
    [`cursor=${Buffer.from('[1]').toString('base64url')}`, 'cursor-invalid'],
    [`cursor=${Buffer.from('[-1,"a"]').toString('base64url')}`, 'cursor-invalid'],
    [`cursor=${Buffer.from('[1,"a b"]').toString('base64url')}`, 'cursor-invalid'],
    [`cursor=${cursorOf({ at: 1, id: 'a' })}&cursor=x`, 'invalid'],
  ])('refuses %s', async (query, code) => {
    const answer = await app.inject(`/api/v1/audit?${query}`);
    expect([answer.statusCode, answer.json()]).toMatchObject([400, { code }]);
  });
});
