import { afterEach, beforeEach, expect, it } from '@jest/globals';
import {
  LIST_FRAMES,
  TIMELINE_FRAMES,
  type Alarm,
  type FrameJson,
  type Operation,
  type RawState,
} from '@faultline/contracts';
import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { storeAlarm } from '../alarms/index.ts';
import type { OmsContext } from '../context.ts';
import { CYCLE_METRICS, cycleFromSamples, ingestCycle, parseMetrics } from '../cycles/index.ts';
import { isPostgres } from '../database/index.ts';
import { AGE } from '../operations/in-range.ts';
import { storeOperation } from '../operations/index.ts';
import { onEachEngine } from '../testing/engines.ts';
import { openQueryStage, type QueryStage } from '../testing/query-stage.ts';
import { metricsText } from '../testing/metrics-text.ts';
import { learnFacts } from '../vms/index.ts';

const WEB = { uuid: '11111111-1111-4111-8111-111111111111', name: 'web' };
const DB = { uuid: '22222222-2222-4222-8222-222222222222', name: 'db' };
const RUNNING: RawState = { state: 'running', reason: 'booted' };
const T = 1_700_000_000_000;
const DAY = 86_400_000;
const OPTIONS = { staleAfterMs: 15_000 };
const RANGE = { from: T, to: T + 60_000 };

const operation = (id: string, started: number, more: Partial<Operation> = {}): Operation => ({
  ...{ id, vm: WEB, kind: 'stop', initiator: 'ana', started, ended: started + 10, result: 'ok', source: 'nova' },
  hops: [],
  ...more,
});

const alarm = (id: string, raised: number, more: Partial<Alarm> = {}): Alarm => ({
  ...{ id, key: id, name: 'VM crashed', category: 'processing', level: 'major', cause: 'it panicked', details: {} },
  ...{ vm: WEB, host: 'hA', raised, changed: raised, occurrences: 1, source: 'nc:hA' },
  ...more,
});

/** A frame's rows, as objects. */
const rowsOf = ({ schema, data }: FrameJson): Record<string, unknown>[] =>
  (data.values[0] ?? []).map((_, row) =>
    Object.fromEntries(schema.fields.map(({ name }, column) => [name, data.values[column]?.[row]])),
  );

onEachEngine('lists and parts of timelines, by POST /api/v1/query', (engine) => {
  let stage: QueryStage;
  let context: OmsContext;
  let app: FastifyInstance;
  let now: number;
  beforeEach(async () => {
    now = T + 30_000;
    stage = await openQueryStage(engine, { ...OPTIONS, now: () => now });
    ({ context, app } = stage);
  });
  afterEach(() => stage.close());
  const query: QueryStage['query'] = (payload) => stage.query(payload);
  async function only(payload: object): Promise<FrameJson> {
    const { status, frames } = await query(payload);
    expect([status, frames.length]).toEqual([200, 1]);
    return frames[0] as FrameJson;
  }
  const ids = async (payload: object): Promise<unknown> =>
    rowsOf(await only({ ...RANGE, ...payload }))
      .map(({ id }) => id)
      .join(' ');
  const cycle = (seconds: number, host: string, vms: { uuid: string; name: string }[]) => {
    const domains = vms.map((vm) => ({ ...vm, raw: RUNNING, cpuTimeSeconds: seconds / 2 }));
    const text = metricsText({ number: seconds, at: T + seconds * 1000, host, domains });
    return ingestCycle(context.db, cycleFromSamples(parseMetrics(text, CYCLE_METRICS)), OPTIONS);
  };
  const store = (each: Operation): Promise<unknown> =>
    context.db.transaction().execute((trx) => storeOperation(trx, each));
  const raise = (each: Alarm): Promise<void> =>
    context.db.transaction().execute((trx) => storeAlarm(trx, each, { received: now }));
  const filter = (field: string, ...values: string[]) => ({ field, operator: '=', values });
  const without = (field: string, ...values: string[]) => ({ field, operator: '!=', values });

  it('answers each part of a timeline as the timeline has it', async () => {
    for (const seconds of [0, 5, 10]) await cycle(seconds, 'hA', [WEB]);
    const { frames } = await query({ type: 'timeline', vm: WEB.uuid, ...RANGE });
    for (const [type, name] of [
      ['states', 'state'],
      ['cpu', 'cpu'],
      ['connectivity', 'connectivity'],
    ] as const) {
      expect(await only({ type, vm: WEB.uuid, ...RANGE })).toEqual(frames.find(({ schema }) => schema.name === name));
    }
    const whole = frames.find(({ schema }) => schema.name === 'hostState');
    const cycles = await only({ type: 'cycles', hosts: ['hA', 'hA', 'nowhere'], ...RANGE });
    expect(cycles.data).toEqual(whole?.data);
    expect(cycles.schema.meta?.custom).toEqual({ faultline: 'hostState', now, binMs: 13 });
    const verdicts = await only({ type: 'verdicts', vm: WEB.uuid, ...RANGE });
    expect(verdicts.schema.fields.map(({ name }) => name)).toEqual([...TIMELINE_FRAMES.verdicts]);
    expect(verdicts.schema.meta?.notices).toHaveLength(1);
  });

  it('lists the operations of all VMs that overlap the range, the newest first (A14, A25)', async () => {
    await cycle(0, 'hA', [WEB]);
    await cycle(0, 'hB', [DB]);
    await store(operation('before', T - 100));
    await store(operation('reaches-in', T - 100, { ended: T + 5 }));
    await store(operation('long', T - 3 * DAY, { ended: T + 5 }));
    const { ended: _none, ...running } = operation('runs', T - 2 * DAY, { result: 'running' });
    await store(running);
    await store(operation('a', T + 10, { vm: DB, result: 'failed', cause: 'NC is in isolated state' }));
    await store(operation('b', T + 10));
    await store(operation('after', T + 60_001));
    expect(await ids({ type: 'operations' })).toBe('a b reaches-in runs long');
    const [row] = rowsOf(await only({ type: 'operations', ...RANGE }));
    expect(row).toEqual({
      ...{ time: T + 10, timeEnd: T + 20, id: 'a', kind: 'stop', initiator: 'ana', result: 'failed' },
      ...{ cause: 'NC is in isolated state', vm: DB.uuid, vmName: 'db', host: 'hB', source: 'nova' },
    });
  });

  it('reads the newest operations of all VMs by an index, and not those before', async () => {
    const rows = Array.from({ length: 5000 }, (_, n) => ({
      ...{ id: `o${n}`, vm: WEB.uuid, vm_name: 'web', kind: 'stop' as const, initiator: 'ana', source: 'nova' },
      ...{ started: T + n * 1000, ended: T + n * 1000 + 10, result: 'ok' as const },
    }));
    for (let at = 0; at < rows.length; at += 1000) {
      await context.db
        .insertInto('operations')
        .values(rows.slice(at, at + 1000))
        .execute();
    }
    await sql`analyze operations`.execute(context.db);
    const query = sql`select * from operations where ${AGE} >= ${-T - 60_000} and ${AGE} <= ${-T} order by ${AGE}`;
    const explain = isPostgres(context.db) ? sql`explain ${query}` : sql`explain query plan ${query}`;
    expect(JSON.stringify((await explain.execute(context.db)).rows)).toContain('operations_latest');
  });

  it('keeps the newest of more than were asked for, and says so', async () => {
    for (const n of [1, 2, 3]) await store(operation(`o${n}`, T + n));
    const { schema, data } = await only({ type: 'operations', ...RANGE, limit: 2 });
    expect(data.values[2]).toEqual(['o3', 'o2']);
    expect(schema.meta?.custom).toEqual({ faultline: 'operationList', now, cut: true });
    expect(schema.meta?.notices?.[0]?.text).toContain('Only the 2 newest operations');
    expect((await only({ type: 'operations', ...RANGE, limit: 3 })).schema.meta?.notices).toBeUndefined();
  });

  it('filters operations by every field', async () => {
    await cycle(0, 'hA', [WEB]);
    await cycle(0, 'hB', [DB]);
    await learnFacts(context.db, { source: 'host', at: T }, [
      { vm: DB.uuid, owner: 'ben', project: 'shop', addresses: [] },
    ]);
    await store(operation('a', T + 1));
    await store(operation('b', T + 2, { vm: DB, kind: 'migrate', result: 'failed', initiator: 'system', source: 'x' }));
    const by = (...filters: object[]) => ids({ type: 'operations', filters });
    expect(await by(filter('vm', DB.uuid))).toBe('b');
    expect(await by(filter('vmName', 'web', 'nobody'))).toBe('a');
    expect(await by(filter('host', 'hB'))).toBe('b');
    expect(await by(filter('user', 'ben'))).toBe('b');
    expect(await by(without('user', 'ben'))).toBe('a');
    expect(await by(filter('project', 'shop'), filter('kind', 'stop'))).toBe('');
    expect(await by(filter('group', 'any'))).toBe('');
    expect(await by(without('group', 'any'))).toBe('b a');
    expect(await by(filter('kind', 'migrate', 'stop'))).toBe('b a');
    expect(await by(without('result', 'ok'))).toBe('b');
    expect(await by(filter('initiator', 'system'))).toBe('b');
    expect(await by(without('source', 'nova', 'x'))).toBe('');
    expect(await by(filter('vmName', "'; drop table operations --"))).toBe('');
  });

  it('lists alarms of VMs and of hosts, by level, name and what operators did (A42-A45)', async () => {
    await raise(alarm('over', T - 100, { cleared: T - 50 }));
    await raise(alarm('long', T - 3 * DAY, { level: 'critical' }));
    await raise(alarm('crash', T + 1));
    const { vm: _none, ...ofHost } = alarm('disk', T + 2, { name: 'Disk fails', level: 'warning', host: 'hB' });
    await raise({ ...ofHost, cleared: T + 3, changed: T + 3 });
    const by = (...filters: object[]) => ids({ type: 'alarms', filters });
    expect(await by()).toBe('disk crash long');
    expect(await ids({ type: 'alarms', active: true })).toBe('crash long');
    expect(await ids({ type: 'alarms', active: false })).toBe('disk');
    expect(await by(filter('level', 'critical', 'warning'))).toBe('disk long');
    expect(await by(filter('name', 'Disk fails'))).toBe('disk');
    expect(await by(filter('host', 'hB'))).toBe('disk');
    // What is of no VM is of no VM in particular.
    expect(await by(without('vm', WEB.uuid))).toBe('disk');
    expect(await by(filter('category', 'equipment'))).toBe('');

    const shelve = { by: 'ana', until: now + 1000 };
    await app.inject({ method: 'POST', url: '/api/v1/alarms/crash/shelve', payload: shelve });
    expect(await by(filter('operatorState', 'shelved'))).toBe('crash');
    const [, row] = rowsOf(await only({ type: 'alarms', ...RANGE }));
    expect(Object.keys(row ?? {})).toEqual([...LIST_FRAMES.alarmList]);
    expect(row).toMatchObject({
      id: 'crash',
      timeEnd: null,
      vmName: 'web',
      operatorState: 'shelved',
      operatorBy: 'ana',
    });
    now += 2000;
    expect(await by(filter('operatorState', 'shelved'))).toBe('');
    expect(await by(filter('operatorState', 'none'))).toBe('disk crash long');
  });

  it('lists VMs with what is drawn of them now, and hosts with their newest cycle (A22, A31)', async () => {
    await cycle(20, 'hA', [WEB]);
    await cycle(20, 'hB', [DB]);
    await learnFacts(context.db, { source: 'host', at: T }, [{ vm: DB.uuid, owner: 'ben', addresses: ['192.0.2.7'] }]);
    const vms = await only({ type: 'vms' });
    expect(vms.schema.fields.map(({ name }) => name)).toEqual([...LIST_FRAMES.vms]);
    expect(rowsOf(vms)).toMatchObject([
      { vm: DB.uuid, vmName: 'db', host: 'hB', state: 'running', user: 'ben', ips: '192.0.2.7', important: false },
      { vm: WEB.uuid, user: null, ips: '', lastSeen: T + 20_000 },
    ]);
    const names = async (more: object) => rowsOf(await only({ type: 'vms', ...more })).map(({ vmName }) => vmName);
    expect(await names({ filters: [filter('host', 'hA')] })).toEqual(['web']);
    expect(await names({ filters: [without('user', 'ben')] })).toEqual(['web']);
    expect(await names({ q: 'DB' })).toEqual(['db']);
    expect(await names({ state: 'abnormal' })).toEqual([]);
    const { data, schema } = await only({ type: 'vms', limit: 1 });
    expect(data.values[1]).toEqual(['db']);
    expect(schema.meta?.custom).toMatchObject({ cut: true });

    const isolation = { by: 'ana', why: 'its memory fails' };
    await app.inject({ method: 'PUT', url: '/api/v1/hosts/hB/isolation', payload: isolation });
    expect(rowsOf(await only({ type: 'hosts' }))).toEqual([
      { host: 'hA', vms: 1, time: T + 20_000, reached: true, isolation: null },
      { host: 'hB', vms: 1, time: T + 20_000, reached: true, isolation: 'ana: its memory fails' },
    ]);
  });

  it('refuses what it cannot answer, naming the field', async () => {
    const cases: [object, number, string, string][] = [
      [{ type: 'operations', from: 2, to: 1 }, 400, 'range-invalid', '/to'],
      [{ type: 'alarms', from: 0, to: T }, 400, 'range-invalid', '/to'],
      [{ type: 'cycles', hosts: ['a'], from: 2, to: 2 }, 400, 'range-invalid', '/to'],
      [{ type: 'cycles', hosts: [], ...RANGE }, 400, 'invalid', '/hosts'],
      [{ type: 'cycles', hosts: Array<string>(21).fill('a'), ...RANGE }, 400, 'invalid', '/hosts'],
      [{ type: 'states', vm: WEB.uuid, ...RANGE }, 404, 'vm-unknown', '/vm'],
      [{ type: 'verdicts', vm: 'web', ...RANGE }, 400, 'invalid', '/vm'],
      [{ type: 'operations', ...RANGE, limit: 0 }, 400, 'invalid', '/limit'],
      [{ type: 'operations', ...RANGE, limit: 1001 }, 400, 'invalid', '/limit'],
      [{ type: 'operations', ...RANGE, vm: WEB.uuid }, 400, 'invalid', '/vm'],
      [{ type: 'operations', ...RANGE, filters: [filter('level', 'major')] }, 400, 'invalid', '/filters/0/field'],
      [{ type: 'operations', ...RANGE, filters: [filter('kind')] }, 400, 'invalid', '/filters/0/values'],
      [
        { type: 'operations', ...RANGE, filters: [{ ...filter('kind', 'x'), operator: '=~' }] },
        400,
        'invalid',
        '/filters/0/operator',
      ],
      [
        { type: 'alarms', ...RANGE, filters: [filter('name', ...Array<string>(501).fill('x'))] },
        400,
        'invalid',
        '/filters/0/values',
      ],
      [{ type: 'alarms', ...RANGE, filters: Array<object>(21).fill(filter('name', 'x')) }, 400, 'invalid', '/filters'],
      [{ type: 'vms', state: 'weather' }, 400, 'invalid', '/state'],
    ];
    for (const [payload, status, code, field] of cases) {
      expect([payload, await query(payload)]).toEqual([payload, expect.objectContaining({ status, code, field })]);
    }
  });
});
