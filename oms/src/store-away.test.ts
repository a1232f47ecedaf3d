import { afterEach, describe, expect, it } from '@jest/globals';
import { Problem } from '@faultline/contracts';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { sql } from 'kysely';
import { Value } from 'typebox/value';
import type { OmsContext } from './context.ts';
import { connectDatabase, openDatabase } from './database/index.ts';
import { createServer } from './server.ts';
import { testContext } from './testing/context.ts';
import { onPostgres } from './testing/engines.ts';

const VM = { uuid: '11111111-1111-4111-8111-111111111111', name: 'web' };
const json = { 'content-type': 'application/json' };

const reports = (ids: string[]): InjectOptions => ({
  method: 'POST',
  url: '/api/v1/reports',
  headers: json,
  payload: {
    host: 'hA',
    reports: ids.map((id) => ({
      type: 'domain-event',
      id,
      at: Date.now(),
      vm: VM,
      event: 'lifecycle',
      detail: 'x'.repeat(200),
      observed: { state: 'running', reason: 'booted' },
    })),
  },
});

const QUESTIONS: [string, InjectOptions][] = [
  ['the list of VMs', { url: '/api/v1/vms' }],
  ['reports', reports(['r1'])],
  ['an operation', { url: '/api/v1/operations/op-1' }],
  [
    'to act',
    {
      method: 'POST',
      url: '/api/v1/operations',
      headers: json,
      payload: { id: 'op-1', vm: VM.uuid, kind: 'stop', initiator: 'ana' },
    },
  ],
  ['whether it is ready', { url: '/-/ready' }],
];

let app: FastifyInstance;
let context: OmsContext;
afterEach(async () => {
  await app.close();
  await context.db.destroy();
});

async function expectProblem(question: InjectOptions, code: string): Promise<void> {
  const answer = await app.inject(question);
  const problem = answer.json<Problem>();
  expect([answer.statusCode, problem.code]).toEqual([503, code]);
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  expect(Value.Check(Problem, problem)).toBe(true);
}

onPostgres('an OMS whose database is away', (engine) => {
  it('says so to whatever is asked of it, and answers again when it is back', async () => {
    const { location } = await engine.newPlace();
    context = await testContext({ db: await openDatabase(location) });
    app = await createServer(context);
    await app.ready();

    const server = new URL(location);
    const database = sql.id(server.pathname.slice(1));
    server.pathname = '/postgres';
    const admin = connectDatabase(server.href);
    await sql`alter database ${database} with allow_connections false`.execute(admin);
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = ${new URL(location).pathname.slice(1)}`.execute(admin);
    for (const [, question] of QUESTIONS) await expectProblem(question, 'store-unavailable');
    expect((await app.inject('/-/healthy')).statusCode).toBe(200);

    await sql`alter database ${database} with allow_connections true`.execute(admin);
    await admin.destroy();
    expect((await app.inject('/-/ready')).statusCode).toBe(200);
    expect((await app.inject(reports(['r1']))).json()).toEqual({ stored: 1, known: 0 });
    expect((await app.inject('/api/v1/vms')).json()).toMatchObject({ vms: [{ name: 'web' }] });
  });
});

describe('an OMS whose disk is full', () => {
  it('says so, stores nothing of what it was sent, and takes it when there is room', async () => {
    context = await testContext();
    app = await createServer(context);
    await app.ready();
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(context.db);
    await sql.raw(`pragma max_page_count = ${rows[0]?.page_count ?? 0}`).execute(context.db);
    const batch = reports(Array.from({ length: 500 }, (_, index) => `r${index}`));
    await expectProblem(batch, 'store-full');
    expect(await context.db.selectFrom('reports').selectAll().execute()).toEqual([]);
    expect((await app.inject('/api/v1/vms')).json()).toMatchObject({ vms: [] });

    await sql`pragma max_page_count = 1000000`.execute(context.db);
    expect((await app.inject(batch)).json()).toEqual({ stored: 500, known: 0 });
  });
});
