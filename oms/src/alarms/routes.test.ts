import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AlarmPage, AlarmWithHistory, type Alarm } from '@faultline/contracts';
import type { FastifyInstance } from 'fastify';
import { Value } from 'typebox/value';
import type { OmsContext } from '../context.ts';
import { createServer } from '../server.ts';
import { testContext } from '../testing/context.ts';
import { onEachEngine, type Engine } from '../testing/engines.ts';
import { storeAlarm } from './index.ts';

const uuid = (digit: number): string => `${digit}1111111-1111-4111-8111-111111111111`;

const alarm = (id: string, raised: number, more: Partial<Alarm> = {}): Alarm => ({
  id,
  key: id,
  name: 'VM crashed',
  category: 'processing',
  level: 'major',
  cause: 'the guest panicked',
  details: {},
  vm: { uuid: uuid(1), name: 'web' },
  host: 'hA',
  raised,
  changed: raised,
  occurrences: 1,
  source: 'nc:hA',
  ...more,
});

let context: OmsContext;
let app: FastifyInstance;
let now: number;
async function open(engine?: Engine): Promise<void> {
  now = 1000;
  context = await testContext({ ...(engine && { db: await engine.open() }), now: () => now });
  app = await createServer(context);
}
async function close(): Promise<void> {
  await app.close();
  await context.db.destroy();
}

const store = (word: Alarm): Promise<void> =>
  context.db.transaction().execute((trx) => storeAlarm(trx, word, { received: now }));
async function list(query: Record<string, string> = {}): Promise<AlarmPage> {
  const answer = await app.inject({ url: '/api/v1/alarms', query });
  expect([answer.statusCode, answer.body]).toEqual([200, expect.any(String)]);
  const page = answer.json<AlarmPage>();
  expect(Value.Check(AlarmPage, page)).toBe(true);
  return page;
}
const ids = async (query: Record<string, string> = {}): Promise<string> =>
  (await list(query)).items.map(({ id }) => id).join(' ');
const post = (id: string, act: string, payload: unknown = {}) =>
  app.inject({
    method: 'POST',
    url: `/api/v1/alarms/${encodeURIComponent(id)}/${act}`,
    headers: { 'content-type': 'application/json' },
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
  });
async function done(id: string, act: string, payload: unknown = {}): Promise<AlarmWithHistory> {
  const answer = await post(id, act, payload);
  expect([answer.statusCode, answer.json()]).toEqual([200, expect.anything()]);
  const record = answer.json<AlarmWithHistory>();
  expect(Value.Check(AlarmWithHistory, record)).toBe(true);
  return record;
}
const get = async (id: string): Promise<AlarmWithHistory> =>
  (await app.inject(`/api/v1/alarms/${encodeURIComponent(id)}`)).json<AlarmWithHistory>();
const audited = async (): Promise<object[]> =>
  await context.db.selectFrom('audit').select(['what', 'target', 'outcome', 'why']).orderBy('at').execute();

onEachEngine('the routes of alarms (A42-A45)', (engine) => {
  beforeEach(() => open(engine));
  afterEach(close);

  it('list alarms, the last raised first, by VM, host, level, category, time and whether they are over', async () => {
    await store(alarm('a', 10));
    await store(alarm('b', 20, { level: 'critical', host: 'hB', vm: { uuid: uuid(2), name: 'db' } }));
    await store(alarm('c', 30, { level: 'warning', category: 'equipment', changed: 35, cleared: 35 }));
    await store(alarm('d', 30, { level: 'indeterminate' }));
    expect(await ids()).toBe('d c b a');
    expect(await ids({ vm: uuid(1) })).toBe('d c a');
    expect(await ids({ host: 'hB' })).toBe('b');
    expect(await ids({ level: 'major' })).toBe('b a');
    expect(await ids({ level: 'indeterminate' })).toBe('d c b a');
    expect(await ids({ category: 'equipment' })).toBe('c');
    expect(await ids({ active: 'true' })).toBe('d b a');
    expect(await ids({ active: 'false' })).toBe('c');
    expect(await ids({ from: '20', to: '29' })).toBe('b');
    expect(await ids({ vm: uuid(1), level: 'major', active: 'true' })).toBe('a');
    expect(await ids({ host: "hB' or '1'='1" })).toBe('');
  });

  it('list what is open, and what is in an operator state, as it is now', async () => {
    now = 50;
    for (const id of ['none', 'acknowledged', 'shelved', 'unshelved', 'closed', 'cleared']) await store(alarm(id, 10));
    await store(alarm('cleared', 10, { changed: 20, cleared: 20 }));
    await done('acknowledged', 'acknowledge');
    await done('shelved', 'shelve', { until: 1000 });
    await done('unshelved', 'shelve', { until: 100 });
    await done('closed', 'close');
    now = 99;
    expect(await ids({ operator: 'shelved' })).toBe('unshelved shelved');
    expect(await ids({ open: 'true' })).toBe('none acknowledged');
    now = 100;
    expect(await ids({ operator: 'shelved' })).toBe('shelved');
    expect(await ids({ operator: 'none' })).toBe('unshelved none cleared');
    expect(await ids({ open: 'true' })).toBe('unshelved none acknowledged');
    expect(await ids({ open: 'false' })).toBe('shelved closed cleared');
    expect(await ids({ open: 'true', operator: 'acknowledged' })).toBe('acknowledged');
  });

  it('give every alarm once, page by page, also where many were raised in one moment', async () => {
    for (let index = 0; index < 11; index += 1) await store(alarm(`a${index}`, Math.floor(index / 4)));
    const seen: string[] = [];
    let query: Record<string, string> = { limit: '3' };
    for (;;) {
      const { items, next } = await list(query);
      seen.push(...items.map(({ id }) => id));
      if (next === null) break;
      query = { limit: '3', cursor: next };
      await store(alarm(`new${seen.length}`, 900));
    }
    expect(seen).toHaveLength(11);
    expect(new Set(seen).size).toBe(11);
  });

  it('let an operator acknowledge, shelve, take off the shelf, close and note, and tell who did what', async () => {
    await store(alarm('a/1', 10));
    expect((await get('a/1')).operator).toEqual({ state: 'none', by: null, at: null, note: null, until: null });
    const acknowledged = await done('a/1', 'acknowledge', { by: 'ana', note: 'on it' });
    expect(acknowledged.operator).toEqual({ state: 'acknowledged', by: 'ana', at: 1000, note: 'on it', until: null });
    now = 1100;
    expect(await done('a/1', 'acknowledge', { by: 'bob' })).toEqual(acknowledged);
    await done('a/1', 'shelve', { by: 'bob', until: 2000 });
    await done('a/1', 'note', { note: '<script>alert(1)</script>' });
    await done('a/1', 'unshelve', { by: 'bob' });
    now = 1200;
    const { operator, history } = await done('a/1', 'close');
    expect(operator).toMatchObject({ state: 'closed', by: 'anonymous/127.0.0.1', at: 1200 });
    expect(history.map(({ act, by, from, to }) => [act, by, from, to])).toEqual([
      ['acknowledge', 'ana', 'none', 'acknowledged'],
      ['shelve', 'bob', 'acknowledged', 'shelved'],
      ['note', 'anonymous/127.0.0.1', 'shelved', 'shelved'],
      ['unshelve', 'bob', 'shelved', 'none'],
      ['close', 'anonymous/127.0.0.1', 'none', 'closed'],
    ]);
    expect((await list()).items[0]?.operator).toEqual(operator);
    expect(await audited()).toHaveLength(6);
    expect((await audited())[0]).toEqual({
      what: 'alarm.acknowledge',
      target: 'alarm/a/1',
      outcome: 'done',
      why: 'on it',
    });
  });

  it('end a shelf by themselves, and say so in the history', async () => {
    await store(alarm('a', 10));
    await done('a', 'shelve', { by: 'ana', until: 1500 });
    now = 1499;
    expect((await list()).items[0]?.operator.state).toBe('shelved');
    now = 1600;
    const { operator, history } = await get('a');
    expect(operator).toEqual({ state: 'none', by: null, at: 1500, note: null, until: null });
    expect(history.map(({ act, at }) => [act, at])).toEqual([
      ['shelve', 1000],
      ['shelf-end', 1500],
    ]);
  });

  it('take an acknowledgement back when the alarm gets worse, and a closing when it happens again', async () => {
    await store(alarm('a', 10, { level: 'minor' }));
    await done('a', 'acknowledge');
    await store(alarm('a', 10, { level: 'minor', changed: 20, occurrences: 2 }));
    expect((await get('a')).operator.state).toBe('acknowledged');
    await store(alarm('a', 10, { level: 'critical', changed: 30, occurrences: 2 }));
    await store(alarm('a', 10, { level: 'critical', changed: 30, occurrences: 2 }));
    expect((await get('a')).operator.state).toBe('none');
    await done('a', 'close');
    await store(alarm('again', 40, { key: 'a', level: 'critical' }));
    await store(alarm('again', 40, { key: 'a', level: 'critical' }));
    const { operator, history, occurrences } = await get('again');
    expect([operator.state, occurrences]).toEqual(['none', 3]);
    expect(history.map(({ act }) => act)).toEqual(['acknowledge', 'worsening', 'close', 'recurrence']);
  });

  it('begin a new record for what is raised after it was cleared, on the shelf where the condition lies there', async () => {
    await store(alarm('a1', 10, { key: 'a' }));
    await done('a1', 'shelve', { by: 'ana', until: 5000, note: 'flaps' });
    await store(alarm('a1', 10, { key: 'a', changed: 20, cleared: 20 }));
    await store(alarm('a2', 30, { key: 'a' }));
    expect(await ids()).toBe('a2 a1');
    expect((await get('a2')).operator).toMatchObject({ state: 'shelved', by: 'ana', note: 'flaps', until: 5000 });
    await store(alarm('a2', 30, { key: 'a', changed: 40, cleared: 40 }));
    await store(alarm('a3', 50, { key: 'a', level: 'critical' }));
    expect((await get('a3')).operator.state).toBe('none');
  });

  it('never raise again under its id what is cleared, however late a word comes', async () => {
    await store(alarm('a', 10, { changed: 50, cleared: 50 }));
    await store(alarm('a', 10, { changed: 60 }));
    expect(await get('a')).toMatchObject({ cleared: 50, changed: 50 });
  });

  it('keep what else a record says: the alert, the cycle and the operation it came of', async () => {
    const facts = { alert: { fingerprint: 'f00', silenced: true, inhibited: null }, cycle: 7, operation: 'op-1' };
    await store(alarm('a', 10, facts));
    expect(await get('a')).toMatchObject(facts);
  });

  it('refuse with 409 what cannot be done, and change nothing', async () => {
    await store(alarm('closed', 10));
    await done('closed', 'close');
    await store(alarm('over', 10, { changed: 20, cleared: 20 }));
    const before = [await get('closed'), await get('over'), await audited()];
    for (const act of ['acknowledge', 'unshelve', 'shelve']) {
      const answer = await post('closed', act, act === 'shelve' ? { until: 2000 } : {});
      expect([answer.statusCode, answer.json()]).toMatchObject([409, { code: 'alarm-closed' }]);
    }
    const shelve = await post('over', 'shelve', { until: 2000 });
    expect([shelve.statusCode, shelve.json()]).toMatchObject([409, { code: 'alarm-cleared' }]);
    expect([await get('closed'), await get('over'), await audited()]).toEqual(before);
  });

  it('change nothing of a recorded incident', async () => {
    await app.close();
    app = await createServer({ ...context, recording: { name: 'r', title: 'R', from: 0, to: 1 } });
    await store(alarm('a', 10));
    const answer = await post('a', 'acknowledge');
    expect([answer.statusCode, answer.json()]).toMatchObject([409, { code: 'recording' }]);
    expect(await ids()).toBe('a');
  });
});

describe('the routes of alarms, of refused requests,', () => {
  // One server for all: what one refused request leaves behind, the next ones would find.
  beforeAll(async () => {
    await open();
    await store(alarm('a', 10));
  });
  afterAll(close);

  it.each<[string, string, unknown, number, string]>([
    ['nope', 'acknowledge', {}, 404, 'alarm-unknown'],
    ['a b', 'acknowledge', {}, 400, 'invalid'],
    ['x'.repeat(129), 'acknowledge', {}, 400, 'invalid'],
    ['a', 'acknowledge', { by: '' }, 400, 'invalid'],
    ['a', 'acknowledge', { by: 7 }, 400, 'invalid'],
    ['a', 'acknowledge', { by: 'x'.repeat(256) }, 400, 'invalid'],
    ['a', 'acknowledge', { until: 5 }, 400, 'invalid'],
    ['a', 'acknowledge', [], 400, 'invalid'],
    ['a', 'acknowledge', '{"by"', 400, 'not-json'],
    ['a', 'acknowledge', { note: 'x'.repeat(300_000) }, 413, 'body-too-large'],
    ['a', 'close', { note: 'x'.repeat(4097) }, 400, 'invalid'],
    ['a', 'note', {}, 400, 'invalid'],
    ['a', 'note', { note: '' }, 400, 'invalid'],
    ['a', 'shelve', {}, 400, 'invalid'],
    ['a', 'shelve', { until: '2000' }, 400, 'invalid'],
    ['a', 'shelve', { until: 1e300 }, 400, 'invalid'],
    ['a', 'shelve', { until: 999 }, 400, 'shelf-end'],
    ['a', 'shelve', { until: 8_640_000_000_000_000 }, 400, 'shelf-end'],
    ['a', 'explode', {}, 404, 'not-found'],
  ])('refuse %.20s/%s with %.60j', async (id, act, payload, status, code) => {
    const answer = await post(id, act, payload);
    expect([answer.statusCode, answer.json()]).toMatchObject([status, { code }]);
    expect((await get('a')).history).toEqual([]);
    expect(await audited()).toEqual([]);
  });

  it.each([
    'vm=web',
    `vm=${uuid(1).toUpperCase().replace('1', 'A')}`,
    'level=urgent',
    'category=constructor',
    'active=yes',
    'from=-1',
    'to=1e400',
    'from=NaN',
    'limit=0',
    'limit=501',
    'host=',
    'sort=asc',
    'cursor=%00',
    'vm=1&vm=2',
  ])('refuse to list by %s', async (query) => {
    const answer = await app.inject(`/api/v1/alarms?${query}`);
    expect([answer.statusCode, answer.json()]).toMatchObject([400, { code: 'invalid' }]);
  });
});
