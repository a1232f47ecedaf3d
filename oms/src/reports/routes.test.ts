import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Alarm, HostReport, HostReportBatch } from '@faultline/contracts';
import type { FastifyInstance } from 'fastify';
import type { OmsContext } from '../context.ts';
import { createServer } from '../server.ts';
import { testContext } from '../testing/context.ts';
import { stateToldBy } from './store.ts';
import { onEachEngine, type Engine } from '../testing/engines.ts';

const VM = { uuid: '11111111-1111-4111-8111-111111111111', name: 'web' };
const NOW = 1_700_000_000_000;

const event = (id: string, more: object = {}): HostReport => ({
  type: 'domain-event',
  id,
  at: NOW - 1000,
  vm: VM,
  event: 'lifecycle',
  detail: 'crashed (panicked)',
  observed: { state: 'crashed', reason: 'panicked' },
  ...more,
});

const ALARM: Alarm = {
  id: 'a1',
  key: 'crash:web',
  name: 'VM crashed',
  category: 'processing',
  level: 'critical',
  cause: 'the guest panicked',
  details: { detail: 'panicked' },
  vm: VM,
  host: 'hA',
  raised: NOW - 1000,
  changed: NOW - 1000,
  occurrences: 1,
  source: 'nc:hA',
};

let context: OmsContext;
let app: FastifyInstance;
async function open(engine: Engine): Promise<void> {
  context = await testContext({ db: await engine.open(), now: () => NOW });
  app = await createServer(context);
}
async function close(): Promise<void> {
  await app.close();
  await context.db.destroy();
}

const post = (payload: unknown, more: object = {}) =>
  app.inject({
    method: 'POST',
    url: '/api/v1/reports',
    headers: { 'content-type': 'application/json' },
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
    ...more,
  });
const batch = (...reports: HostReport[]): HostReportBatch => ({ host: 'hA', reports });

/** How many rows each table holds. */
async function counts(): Promise<Record<string, number>> {
  const tables = ['reports', 'domain_events', 'state_observations', 'observation_gaps', 'alarms', 'vms'] as const;
  const all = tables.map(async (table) => {
    const rows = await context.db.selectFrom(table).selectAll().execute();
    return [table, rows.length] as const;
  });
  return Object.fromEntries(await Promise.all(all));
}

onEachEngine('POST /api/v1/reports', (engine) => {
  beforeEach(() => open(engine));
  afterEach(close);

  it('stores events, gaps and alarms once, however often they are sent (decision 10)', async () => {
    const gap: HostReport = { type: 'observation-gap', id: 'g1', from: NOW - 9000, to: NOW - 5000, cause: 'restart' };
    const sent = batch(event('e1'), gap, { type: 'alarm', id: 'r3', alarm: ALARM });
    expect((await post(sent)).json()).toEqual({ stored: 3, known: 0 });
    const stored = await counts();
    expect(stored).toEqual({
      reports: 3,
      domain_events: 1,
      state_observations: 1,
      observation_gaps: 1,
      alarms: 1,
      vms: 1,
    });
    expect((await post(sent)).json()).toEqual({ stored: 0, known: 3 });
    expect((await post(batch(event('e1', { detail: 'other' }), event('e2', { at: NOW })))).json()).toEqual({
      stored: 1,
      known: 1,
    });
    expect(await counts()).toMatchObject({ reports: 4, domain_events: 2 });
  });

  it('takes the same id from two hosts for two reports', async () => {
    await post(batch(event('1')));
    expect((await post({ ...batch(event('1')), host: 'hB' })).json()).toEqual({ stored: 1, known: 0 });
  });

  it('refuses what is not JSON by its type, and other methods', async () => {
    expect((await post('x', { headers: { 'content-type': 'text/plain' } })).statusCode).toBe(415);
    const answer = await app.inject({ method: 'GET', url: '/api/v1/reports' });
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([404, 'not-found']);
  });

  it('stores nothing of a batch when one report cannot be stored', async () => {
    await context.db.schema.dropTable('alarms').execute();
    const answer = await post(batch(event('e1'), { type: 'alarm', id: 'r2', alarm: ALARM }));
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toMatchObject({ code: 'internal', detail: 'the OMS failed; its log says why' });
    expect(await context.db.selectFrom('reports').selectAll().execute()).toEqual([]);
    expect(await context.db.selectFrom('domain_events').selectAll().execute()).toEqual([]);
  });

  it('adds nothing to a recording', async () => {
    const recorded = await createServer({ ...context, recording: { name: 'x', title: 'x', from: 0, to: 1 } });
    const answer = await recorded.inject({ method: 'POST', url: '/api/v1/reports', payload: batch(event('1')) });
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([409, 'recording']);
    await recorded.close();
  });
});

onEachEngine('POST /api/v1/reports, of refused batches,', (engine) => {
  // One server for all: what one refused batch leaves behind, the next ones would find.
  beforeAll(() => open(engine));
  afterAll(close);

  it.each<[string, unknown, number, string, string | undefined]>([
    ['no JSON', '{"host"', 400, 'not-json', undefined],
    ['an empty body', '', 400, 'not-json', undefined],
    ['a list', [], 400, 'invalid', ''],
    ['no reports', { host: 'hA', reports: [] }, 400, 'invalid', '/reports'],
    ['no host', { reports: [event('1')] }, 400, 'invalid', '/host'],
    ['a strange field', { ...batch(event('1')), extra: 1 }, 400, 'invalid', '/extra'],
    ['an unknown type', { host: 'hA', reports: [{ type: 'rumour', id: '1' }] }, 400, 'invalid', '/reports/0/type'],
    ['a strange field of a report', batch(event('1'), event('2', { x: 1 })), 400, 'invalid', '/reports/1/x'],
    [
      'a UUID in capitals',
      batch(event('1', { vm: { ...VM, uuid: 'A'.repeat(36) } })),
      400,
      'invalid',
      '/reports/0/vm/uuid',
    ],
    ['a time that is a text', batch(event('1', { at: 'now' })), 400, 'invalid', '/reports/0/at'],
    [
      'a state that is none',
      batch(event('1', { observed: { state: 'x', reason: 'y' } })),
      400,
      'invalid',
      '/reports/0/observed/state',
    ],
    ['an id with blanks', batch(event('a b')), 400, 'invalid', '/reports/0/id'],
    ['a text without end', batch(event('1', { detail: 'x'.repeat(5000) })), 400, 'invalid', '/reports/0/detail'],
    [
      'an event of tomorrow',
      batch(event('1'), event('2', { at: NOW + 86_400_000 })),
      400,
      'report-times',
      '/reports/1/at',
    ],
    [
      'a gap that ends before it begins',
      batch({ type: 'observation-gap', id: '1', from: 2, to: 1, cause: '' }),
      400,
      'report-times',
      '/reports/0/to',
    ],
    [
      'an alarm cleared before it was raised',
      batch({ type: 'alarm', id: '1', alarm: { ...ALARM, cleared: 1 } }),
      400,
      'report-times',
      '/reports/0/alarm/cleared',
    ],
    [
      'too many at once',
      batch(...Array.from({ length: 501 }, (_, index) => event(`e${index}`))),
      400,
      'invalid',
      '/reports',
    ],
    ['more than any batch is', `{"host":"${'x'.repeat(5_000_000)}"}`, 413, 'body-too-large', undefined],
  ])('refuses %s, names the field, and stores nothing of it', async (_what, payload, status, code, field) => {
    const answer = await post(payload);
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ code, detail: expect.any(String) });
    expect(answer.json<{ field?: string }>().field).toBe(field);
    expect(Object.values(await counts())).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

describe('what an event itself tells of a domain that is gone', () => {
  it('is the reason that it stopped for', () => {
    expect(stateToldBy({ event: 'lifecycle', detail: 'stopped (failed)' })).toEqual({
      state: 'shutoff',
      reason: 'failed',
    });
    expect(stateToldBy({ event: 'lifecycle', detail: 'started (booted)' })).toBeNull();
    expect(stateToldBy({ event: 'agent', detail: 'stopped (failed)' })).toBeNull();
  });
});
