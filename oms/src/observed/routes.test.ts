import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Operation, type Hop, type OperationRecord } from '@faultline/contracts';
import type { FastifyInstance } from 'fastify';
import { Value } from 'typebox/value';
import type { OmsContext } from '../context.ts';
import { storeOperation } from '../operations/index.ts';
import { createServer } from '../server.ts';
import { testContext } from '../testing/context.ts';
import { onEachEngine, type Engine } from '../testing/engines.ts';

const VM = { uuid: '11111111-1111-4111-8111-111111111111', name: 'web' };
const NOW = 1_700_000_000_000;

const hop = (seq: number, more: Partial<Hop> = {}): Hop => ({
  seq,
  from: { role: 'nova-api', node: 'ctl1' },
  to: { role: 'nova-conductor', node: 'ctl2' },
  message: 'stop_instance',
  direction: 'request',
  at: NOW - 900,
  ended: NOW - 800,
  result: 'ok',
  observed: 'reported',
  ...more,
});

const stop = (more: object = {}): OperationRecord => ({
  id: 'req-1',
  vm: VM,
  kind: 'stop',
  initiator: 'ana',
  started: NOW - 1000,
  ended: NOW - 500,
  result: 'ok',
  source: 'nova',
  hops: [hop(0), hop(1, { parent: 0 })],
  ...more,
});

function running(more: object = {}): OperationRecord {
  const record = stop({ result: 'running', ...more });
  delete record.ended;
  return record;
}

let context: OmsContext;
let app: FastifyInstance;
async function open(engine: Engine): Promise<void> {
  context = await testContext({ db: await engine.open(), now: () => NOW });
  app = await createServer(context);
  await app.ready();
}
async function close(): Promise<void> {
  await app.close();
  await context.db.destroy();
}

const post = (payload: unknown, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  app.inject({
    method: 'POST',
    url: '/api/v1/operation-records',
    headers,
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
  });
const tell = async (...operations: unknown[]) => {
  const answer = await post({ operations });
  return [answer.statusCode, answer.json<Record<string, unknown>>()];
};
const get = async (id: string): Promise<Operation> =>
  (await app.inject({ method: 'GET', url: `/api/v1/operations/${encodeURIComponent(id)}` })).json<Operation>();
const counts = async (): Promise<number[]> =>
  Promise.all(
    (['operations', 'hops'] as const).map(
      async (table) => (await context.db.selectFrom(table).selectAll().execute()).length,
    ),
  );

onEachEngine('POST /api/v1/operation-records', (engine) => {
  beforeEach(() => open(engine));
  afterEach(close);

  it('stores what another system did once, under its name, and answers it with its hops (A30, decision 6)', async () => {
    expect(await tell(stop({ correlationId: 'c', parentId: 'req-0' }))).toEqual([
      200,
      { stored: 1, updated: 0, known: 0 },
    ]);
    expect(await tell(stop())).toEqual([200, { stored: 0, updated: 0, known: 1 }]);
    const told = await get('nova:req-1');
    expect(told).toEqual({ ...stop({ correlationId: 'c', parentId: 'nova:req-0' }), id: 'nova:req-1' });
    expect(Value.Check(Operation, told)).toBe(true);
  });

  it('keeps operations of two sources apart that chose the same id', async () => {
    expect(await tell(stop(), stop({ source: 'cloudstack', initiator: 'bob' }))).toEqual([
      200,
      { stored: 2, updated: 0, known: 0 },
    ]);
    expect((await get('nova:req-1')).initiator).toBe('ana');
    expect((await get('cloudstack:req-1')).initiator).toBe('bob');
  });

  it('completes a running one, keeps what was told before, and leaves one that ended as it is', async () => {
    const unfinished = hop(1, { parent: 0, result: 'running' });
    delete unfinished.ended;
    await tell(running({ hops: [hop(0), unfinished] }));
    const failed = stop({ result: 'failed', cause: 'no host', hops: [hop(1, { result: 'failed', cause: 'no host' })] });
    expect(await tell(failed)).toEqual([200, { stored: 0, updated: 1, known: 0 }]);
    const told = await get('nova:req-1');
    expect(told).toMatchObject({ result: 'failed', cause: 'no host', ended: NOW - 500 });
    expect(told.hops.map(({ seq, result }) => [seq, result])).toEqual([
      [0, 'ok'],
      [1, 'failed'],
    ]);
    const again = stop({ result: 'failed', cause: 'no host', hops: [] });
    expect(await tell(running(), again)).toEqual([200, { stored: 0, updated: 0, known: 2 }]);
    expect(await get('nova:req-1')).toEqual(told);
  });

  it('adds the hops of a known flow that were not told of, once it has ended (A37)', async () => {
    const clc = hop(0, { from: { role: 'CLC' }, to: { role: 'CC' } });
    await tell(running({ hops: [clc] }));
    expect((await get('nova:req-1')).hops).toHaveLength(1);
    await tell(stop({ hops: [clc] }));
    expect((await get('nova:req-1')).hops.map(({ observed }) => observed)).toEqual([
      'reported',
      ...new Array<string>(5).fill('missing'),
    ]);
  });

  it.each<[string, object]>([
    ['another VM', { vm: { ...VM, uuid: '99999999-1111-4111-8111-111111111111' } }],
    ['another kind', { kind: 'start' }],
    ['another initiator', { initiator: 'bob' }],
    ['another start', { started: NOW - 2500 }],
  ])('refuses the id of an operation with %s, and stores nothing of the batch', async (_what, more) => {
    await tell(running());
    const answer = await tell(stop({ id: 'req-2' }), stop(more));
    expect(answer).toMatchObject([409, { code: 'operation-id-conflict' }]);
    expect(await counts()).toEqual([1, 2]);
    expect((await get('nova:req-1')).result).toBe('running');
  });

  it('refuses another end of an operation that has ended, and stores nothing of the batch', async () => {
    await tell(stop());
    const told = await get('nova:req-1');
    for (const more of [{ result: 'failed', cause: 'no host' }, { ended: NOW - 400 }]) {
      expect(await tell(stop({ id: 'req-2' }), stop(more))).toMatchObject([409, { code: 'operation-id-conflict' }]);
    }
    expect(await counts()).toEqual([1, told.hops.length]);
    expect(await get('nova:req-1')).toEqual(told);
  });

  it('does not let another system end an operation that was asked of the OMS', async () => {
    const ours: Operation = { ...running({ hops: [] }), id: 'nova:req-1', source: 'faultline' };
    await context.db.transaction().execute((trx) => storeOperation(trx, ours));
    expect(await tell(stop())).toMatchObject([409, { code: 'operation-id-conflict' }]);
    expect(await get('nova:req-1')).toEqual(ours);
  });

  it('keeps hostile texts as texts', async () => {
    const text = `'; drop table operations; -- <img src=x onerror=alert(1)> \u202e \ud83d\ude00`;
    await tell(stop({ initiator: text, cause: text, hops: [hop(0, { message: text, cause: text })] }));
    expect(await get('nova:req-1')).toMatchObject({ initiator: text, cause: text, hops: [{ message: text }] });
  });

  it('takes many at once', async () => {
    const many = Array.from({ length: 200 }, (_, i) => stop({ id: `req-${i}` }));
    expect(await tell(...many)).toEqual([200, { stored: 200, updated: 0, known: 0 }]);
  });

  it('adds nothing to a recording', async () => {
    const recorded = await createServer({ ...context, recording: { name: 'x', title: 'x', from: 0, to: 1 } });
    const answer = await recorded.inject({
      method: 'POST',
      url: '/api/v1/operation-records',
      payload: { operations: [stop()] },
    });
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([409, 'recording']);
    await recorded.close();
  });
});

onEachEngine('POST /api/v1/operation-records, of refused batches,', (engine) => {
  // One server for all: what one refused batch leaves behind, the next ones would find.
  beforeAll(() => open(engine), 30_000);
  afterAll(close);

  const first = '/operations/1';
  it.each<[string, unknown, number, string, string | undefined]>([
    ['no JSON', '{"operations"', 400, 'not-json', undefined],
    ['nothing at all', '', 400, 'not-json', undefined],
    ['a list', [], 400, 'invalid', ''],
    ['no operation', { operations: [] }, 400, 'invalid', '/operations'],
    ['a name of ours', stop({ source: 'faultline' }), 400, 'operation-source', `${first}/source`],
    ['a name of ours in capitals', stop({ source: 'FaultLine' }), 400, 'operation-source', `${first}/source`],
    ['what only events tell', stop({ source: 'libvirt' }), 400, 'operation-source', `${first}/source`],
    ['what only spans tell', stop({ source: 'otlp' }), 400, 'operation-source', `${first}/source`],
    ['a source with a colon', stop({ source: 'no:va' }), 400, 'invalid', `${first}/source`],
    ['no source', stop({ source: undefined }), 400, 'invalid', `${first}/source`],
    ['an id with a blank', stop({ id: 'a b' }), 400, 'invalid', `${first}/id`],
    ['an id too long with its source', stop({ id: 'a'.repeat(124) }), 400, 'operation-id-too-long', `${first}/id`],
    ['a parent too long', stop({ parentId: 'a'.repeat(124) }), 400, 'operation-id-too-long', `${first}/parentId`],
    ['an unknown kind', stop({ kind: 'explode' }), 400, 'invalid', `${first}/kind`],
    ['a strange field', stop({ extra: 1 }), 400, 'invalid', `${first}/extra`],
    ['a time that is a text', stop({ started: 'now' }), 400, 'invalid', `${first}/started`],
    ['a time that no calendar has', stop({ started: 1e300 }), 400, 'invalid', `${first}/started`],
    ['the future', stop({ started: NOW + 700_000, ended: NOW + 700_001 }), 400, 'operation-times', `${first}/started`],
    ['an end in the future', stop({ ended: NOW + 700_000 }), 400, 'operation-times', `${first}/ended`],
    ['an end before its beginning', stop({ ended: NOW - 2000 }), 400, 'operation-times', `${first}/ended`],
    ['an end of what runs', stop({ result: 'running' }), 400, 'operation-times', `${first}/ended`],
    ['no end of what does not run', stop({ ended: undefined }), 400, 'operation-times', `${first}/ended`],
    ['a hop of the future', stop({ hops: [hop(0, { ended: 9e14 })] }), 400, 'operation-times', `${first}/hops/0/ended`],
    [
      'a hop that ends too early',
      stop({ hops: [hop(0, { ended: 1 })] }),
      400,
      'operation-times',
      `${first}/hops/0/ended`,
    ],
    ['a hop told twice', stop({ hops: [hop(0), hop(0)] }), 400, 'operation-hops', `${first}/hops/1/seq`],
    [
      'a parent that is none',
      stop({ hops: [hop(0), hop(1, { parent: 7 })] }),
      400,
      'operation-hops',
      `${first}/hops/1/parent`,
    ],
    [
      'a hop that causes itself',
      stop({ hops: [hop(0, { parent: 0 })] }),
      400,
      'operation-hops',
      `${first}/hops/0/parent`,
    ],
    [
      'a circle of hops',
      stop({ hops: [hop(0, { parent: 1 }), hop(1, { parent: 0 })] }),
      400,
      'operation-hops',
      `${first}/hops/0/parent`,
    ],
    ['a negative seq', stop({ hops: [hop(-1)] }), 400, 'invalid', `${first}/hops/0/seq`],
    ['a seq beyond any integer', stop({ hops: [hop(1e20)] }), 400, 'invalid', `${first}/hops/0/seq`],
    [
      'a role that is markup',
      stop({ hops: [hop(0, { from: { role: '<b>' } })] }),
      400,
      'invalid',
      `${first}/hops/0/from/role`,
    ],
    ['a bell', stop({ initiator: 'a\u0007b' }), 400, 'invalid', `${first}/initiator`],
    ['U+0000', stop({ initiator: 'a\u0000b' }), 400, 'invalid', `${first}/initiator`],
    ['a text without end', stop({ cause: 'x'.repeat(5000) }), 400, 'invalid', `${first}/cause`],
    ['too many hops', stop({ hops: Array.from({ length: 1001 }, (_, i) => hop(i)) }), 400, 'invalid', `${first}/hops`],
    [
      'too many',
      { operations: Array.from({ length: 201 }, (_, i) => stop({ id: `${i}` })) },
      400,
      'invalid',
      '/operations',
    ],
    ['more than any batch is', `{"operations":"${'x'.repeat(5_000_000)}"}`, 413, 'body-too-large', undefined],
  ])('refuses %s, names the field, and stores nothing of it', async (_what, payload, status, code, field) => {
    // A record alone is sent as the second of two, the first of which is good.
    const isRecord = typeof payload === 'object' && !Array.isArray(payload) && !('operations' in (payload as object));
    const answer = await post(isRecord ? { operations: [stop({ id: 'good' }), payload] } : payload);
    expect([answer.statusCode, answer.json()]).toMatchObject([status, { code }]);
    expect(answer.json<{ field?: string }>().field).toBe(field);
    expect(await counts()).toEqual([0, 0]);
  });
});
