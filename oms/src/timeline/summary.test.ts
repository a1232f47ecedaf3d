import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { FrameJson, Operation, Query, QueryAnswer, RawState, TimelineFrameName } from '@faultline/contracts';
import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import type { OmsContext } from '../context.ts';
import { ingestCycle } from '../cycles/index.ts';
import { isPostgres } from '../database/index.ts';
import { storeOperation } from '../operations/index.ts';
import { createServer } from '../server.ts';
import { testContext } from '../testing/context.ts';
import { onEachEngine } from '../testing/engines.ts';
import { rememberVm } from '../vms/index.ts';

const VM = { uuid: '11111111-1111-4111-8111-111111111111', name: 'web' };
const T = 1_700_000_000_000;
const DAY = 86_400_000;
const STALE = { staleAfterMs: 45_000 };
const RUNNING: RawState = { state: 'running', reason: 'booted' };
const PANICKED: RawState = { state: 'crashed', reason: 'panicked' };
const PAUSED: RawState = { state: 'paused', reason: 'user' };

type Row = Record<string, unknown>;

onEachEngine('a timeline of more than can be shown', (engine) => {
  let context: OmsContext;
  let app: FastifyInstance;
  let now: number;
  beforeEach(async () => {
    now = T + DAY;
    context = await testContext({ db: await engine.open(), now: () => now });
    app = await createServer(context);
    await rememberVm(context.db, { vm: VM, host: 'hA', at: T, active: true }, STALE);
  });
  afterEach(async () => {
    await app.close();
    await context.db.destroy();
  });

  async function ask(more: Partial<Extract<Query, { type: 'timeline' }>> = {}) {
    const payload = { type: 'timeline', vm: VM.uuid, from: T, to: T + DAY, ...more };
    const answer = await app.inject({ method: 'POST', url: '/api/v1/query', payload });
    expect([answer.statusCode, answer.body.slice(0, 200)]).toEqual([200, expect.anything()]);
    const { frames } = answer.json<QueryAnswer>();
    return {
      rows: (name: TimelineFrameName): Row[] => rowsOf(frames.find(({ schema }) => schema.name === name)),
      meta: (name: TimelineFrameName) => frames.find(({ schema }) => schema.name === name)?.schema.meta,
    };
  }
  const rowsOf = (frame: FrameJson | undefined): Row[] =>
    (frame?.data.values[0] ?? []).map((_, row) =>
      Object.fromEntries(
        frame?.schema.fields.map(({ name }, column) => [name, frame.data.values[column]?.[row]]) ?? [],
      ),
    );
  const sumOf = (rows: Row[], field: string): number => rows.reduce((sum, row) => sum + (row[field] as number), 0);

  const operation = (n: number, started: number, more: Partial<Operation> = {}): Operation => ({
    id: `op-${String(n).padStart(6, '0')}`,
    vm: VM,
    kind: 'snapshot',
    initiator: 'cron',
    started,
    ended: started + 500,
    result: 'ok',
    source: 'elsewhere',
    hops: [],
    ...more,
  });
  /** `count` operations that went well, evenly over a day, written at once. */
  async function manyOperations(count: number): Promise<void> {
    const rows = Array.from({ length: count }, (_, n) => {
      const {
        id,
        kind,
        initiator,
        started,
        ended = null,
        result,
        source,
      } = operation(n, T + Math.floor((n * DAY) / count));
      return { id, vm: VM.uuid, vm_name: VM.name, kind, initiator, started, ended, result, source };
    });
    for (let start = 0; start < count; start += 2000) {
      await context.db
        .insertInto('operations')
        .values(rows.slice(start, start + 2000))
        .execute();
    }
  }
  const store = (one: Operation) => context.db.transaction().execute((trx) => storeOperation(trx, one));

  it('merges states that share a bin, the worst of them standing for all, and counts them', async () => {
    const intervals = Array.from({ length: 3000 }, (_, n) => {
      const at = T + n * 1000;
      const raw = n === 1234 ? PANICKED : n % 2 === 0 ? RUNNING : PAUSED;
      return {
        vm: VM.uuid,
        host: 'hA',
        from_at: at,
        from_id: 'c',
        to_at: at,
        to_id: 'c',
        ...raw,
        source: 'host' as const,
      };
    });
    for (let start = 0; start < intervals.length; start += 1000) {
      await context.db
        .insertInto('state_intervals')
        .values(intervals.slice(start, start + 1000))
        .execute();
    }
    now = T + 3_000_000;
    const { rows, meta } = await ask({ to: T + 3_000_000, maxDataPoints: 100 });
    const states = rows('state');
    expect(states.length).toBeLessThanOrEqual(200);
    expect(sumOf(states, 'count')).toBe(3000);
    const abnormal = states.filter(({ state }) => state === 'abnormal');
    expect(abnormal).toMatchObject([{ raw: 'crashed (panicked)' }]);
    expect(abnormal[0]?.['time']).toBeLessThanOrEqual(T + 1_234_000);
    expect(abnormal[0]?.['timeEnd']).toBeGreaterThanOrEqual(T + 1_235_000);
    expect(states[0]?.['time']).toBe(T);
    expect(states.at(-1)?.['timeEnd']).toBeNull();
    expect(meta('state')?.custom).toMatchObject({ bucketed: true });
    // Looked at closer, each is there.
    const closer = await ask({ from: T + 1_230_000, to: T + 1_240_000, maxDataPoints: 100 });
    expect(closer.rows('state').map(({ state }) => state)).toEqual([
      ...[
        'running',
        'dormant',
        'running',
        'dormant',
        'abnormal',
        'dormant',
        'running',
        'dormant',
        'running',
        'dormant',
      ],
    ]);
    expect(closer.meta('state')?.custom).not.toHaveProperty('bucketed');
  });

  it('clips what reaches into the range from long before it, and out of it', async () => {
    const interval = { vm: VM.uuid, host: 'hA', from_id: 'a', to_id: 'b', ...RUNNING, source: 'host' as const };
    await context.db
      .insertInto('state_intervals')
      .values({ ...interval, from_at: T - 30 * DAY, to_at: T + 30 * DAY })
      .execute();
    await store(operation(1, T - 9 * DAY, { ended: T + 9 * DAY, result: 'failed', cause: 'no' }));
    await store(operation(2, T - 9 * DAY, { ended: T - 8 * DAY }));
    const running = operation(3, T - 9 * DAY, { result: 'running' });
    delete running.ended;
    await store(running);
    now = T + 40 * DAY;
    const { rows } = await ask();
    expect(rows('state')).toMatchObject([{ time: T, timeEnd: T + DAY, state: 'running', count: 1 }]);
    expect(rows('operations').map(({ id }) => id)).toEqual(['op-000001', 'op-000003']);
  });

  it('counts 100 000 operations by bucket, says so, and hides none that failed', async () => {
    await manyOperations(100_000);
    await store(operation(200_001, T + 1000, { result: 'failed', cause: 'no space' }));
    await store(operation(200_002, T + 40_000_000, { result: 'timeout', cause: 'no answer' }));
    const { rows, meta } = await ask({ maxDataPoints: 200 });
    expect(rows('operations').map(({ id, result }) => [id, result])).toEqual([
      ['op-200001', 'failed'],
      ['op-200002', 'timeout'],
    ]);
    const buckets = rows('operationBuckets');
    expect(buckets.length).toBeGreaterThan(150);
    expect(buckets.length).toBeLessThanOrEqual(200);
    expect(sumOf(buckets, 'count')).toBe(100_000);
    expect(buckets).toEqual(buckets.map((bucket) => ({ ...bucket, failed: 0, worst: 'ok' })));
    for (const [index, { time, timeEnd }] of buckets.entries()) {
      expect(timeEnd).toBeGreaterThan(time as number);
      if (index > 0) expect(time).toBe(buckets[index - 1]?.['timeEnd']);
    }
    expect([buckets[0]?.['time'], buckets.at(-1)?.['timeEnd']]).toEqual([T, T + DAY]);
    const { custom, notices } = meta('operationBuckets') ?? {};
    expect(custom).toMatchObject({ faultline: 'operationBuckets', bucketed: true });
    expect(notices).toEqual([
      {
        severity: 'info',
        text: '100,000 of 100,002 operations are shown as counts; each one that did not go well has a mark of its own.',
      },
    ]);
    const closer = await ask({ to: T + 60_000 });
    expect(closer.rows('operations')).toHaveLength(71);
    expect(closer.rows('operationBuckets')).toEqual([]);
    expect(closer.meta('operationBuckets')).not.toHaveProperty('notices');
  }, 60_000);

  it('says in each bucket how many failed where even those are too many', async () => {
    await manyOperations(6000);
    await context.db
      .updateTable('operations')
      .set({ result: 'failed' })
      .where(sql<boolean>`started % 2 = 0`)
      .execute();
    const { rows } = await ask({ maxDataPoints: 50 });
    expect(rows('operations')).toEqual([]);
    const buckets = rows('operationBuckets');
    expect(sumOf(buckets, 'count')).toBe(6000);
    const failed = await context.db
      .selectFrom('operations')
      .select((select) => select.fn.countAll<number>().as('count'))
      .where('result', '=', 'failed')
      .executeTakeFirstOrThrow();
    expect(sumOf(buckets, 'failed')).toBe(failed.count);
    expect(new Set(buckets.map(({ worst }) => worst))).toEqual(new Set(['failed']));
  });

  it('counts alarms by bucket with the worst level, and keeps the critical and major ones', async () => {
    const levels = ['minor', 'warning', 'indeterminate'] as const;
    const row = (n: number, level: string) => ({
      id: `a${n}`,
      key: `k${n}`,
      name: 'disk slow',
      category: 'processing' as const,
      level: level as 'minor',
      cause: 'slow',
      details: '{}',
      vm: VM.uuid,
      vm_name: VM.name,
      host: 'hA',
      raised: T + n * 20_000,
      changed: T + n * 20_000,
      cleared: T + n * 20_000 + 10,
      occurrences: 1,
      source: 'nc:hA',
      operator_state: 'none' as const,
    });
    const rows = Array.from({ length: 3000 }, (_, n) => row(n, n < 1500 ? 'warning' : (levels[n % 3] ?? 'minor')));
    for (let start = 0; start < rows.length; start += 1000) {
      await context.db
        .insertInto('alarms')
        .values(rows.slice(start, start + 1000))
        .execute();
    }
    await context.db.insertInto('alarms').values(row(4000, 'major')).execute();
    const { rows: of, meta } = await ask({ maxDataPoints: 100 });
    expect(of('alarms')).toMatchObject([{ id: 'a4000', level: 'major', occurrences: 1 }]);
    const buckets = of('alarmBuckets');
    expect(sumOf(buckets, 'count')).toBe(3000);
    expect(new Set(buckets.slice(0, 30).map(({ worst }) => worst))).toEqual(new Set(['warning']));
    expect(buckets.at(-1)?.['worst']).toBe('minor');
    expect(meta('alarmBuckets')?.custom).toMatchObject({ bucketed: true });
  });

  it('shows what looking into the guest found, until the next look or until that is missing (D17)', async () => {
    const found = (minute: number, verdict: string, agent = 'answering') => ({
      vm: VM.uuid,
      at: T + minute * 60_000,
      host: 'hA',
      id: `p${minute}`,
      verdict: verdict as 'ok',
      agent: agent as 'answering',
      record: '{}',
    });
    await context.db
      .insertInto('guest_probes')
      .values([
        found(-2, 'ok'),
        found(1, 'ok'),
        found(2, 'gateway-abnormal'),
        found(3, 'gateway-abnormal'),
        found(4, 'ok'),
        found(30, 'agent-unavailable', 'silent'),
        found(31, 'agent-unavailable', 'silent'),
      ])
      .execute();
    now = T + 32 * 60_000;
    const { rows } = await ask({ to: T + 3_600_000 });
    const minutes = (time: unknown): number | null => (time === null ? null : ((time as number) - T) / 60_000);
    expect(
      rows('connectivity').map(({ time, timeEnd, verdict }) => [minutes(time), minutes(timeEnd), verdict]),
    ).toEqual([
      [0, 2, 'ok'],
      [2, 4, 'gateway-abnormal'],
      [4, 4, 'ok'],
      [30, null, 'agent-unavailable'],
    ]);
    // The same, where the range ends before the present.
    const before = await ask({ to: T + 180_000 });
    expect(before.rows('connectivity').at(-1)).toMatchObject({ timeEnd: T + 180_000, verdict: 'gateway-abnormal' });
  });

  it('shows which cycles of the host reached libvirtd, and nothing where there were none', async () => {
    let number = 0;
    const cycle = (seconds: number, up: boolean) =>
      ingestCycle(
        context.db,
        {
          host: 'hA',
          number: (number += 1),
          at: T + seconds * 1000,
          up,
          domains: up ? [{ vm: VM, raw: RUNNING, cpu: null }] : [],
        },
        STALE,
      );
    for (const seconds of [0, 5, 10]) await cycle(seconds, true);
    for (const seconds of [15, 20]) await cycle(seconds, false);
    for (const seconds of [25, 30, 300, 305]) await cycle(seconds, true);
    now = T + 310_000;
    const { rows } = await ask({ to: T + 600_000 });
    expect(rows('hostState')).toEqual(
      [
        [0, 15, true],
        [15, 25, false],
        [25, 30, true],
        [300, null, true],
      ].map(([from, to, reached]) => ({
        time: T + (from as number) * 1000,
        timeEnd: to === null ? null : T + (to as number) * 1000,
        host: 'hA',
        reached,
        // Nothing is told of the box.
        state: 'unknown',
        reasons: '',
        count: 1,
      })),
    );
    expect(rows('verdicts')).toEqual([]);
  });

  it.each([[0], [1], [-5], [2.5], [5001], [1e300], ['100'], [null]])(
    'refuses to part a range into %j',
    async (points) => {
      const payload = { type: 'timeline', vm: VM.uuid, from: T, to: T + DAY, maxDataPoints: points };
      const answer = await app.inject({ method: 'POST', url: '/api/v1/query', payload });
      expect(answer.statusCode).toBe(400);
      expect(answer.json()).toMatchObject({ code: 'invalid', field: '/maxDataPoints' });
    },
  );

  it('reads what overlaps a range by index, whatever was before and after it', async () => {
    const { db } = context;
    if (isPostgres(db)) {
      // Without statistics PostgreSQL takes a table of a few rows for one that is best read whole.
      await manyOperations(20_000);
      await sql`analyze operations`.execute(db);
    }
    const plan = async (what: ReturnType<typeof sql>, table: string, condition: ReturnType<typeof sql>) => {
      const query = sql`select ${what} from ${sql.table(table)} where vm = ${VM.uuid} and ${condition}`;
      const explain = isPostgres(db) ? sql`explain ${query}` : sql`explain query plan ${query}`;
      return JSON.stringify((await explain.execute(db)).rows);
    };
    const tables = [
      ['operations', 'started', 'ended'],
      ...(isPostgres(db) ? [] : [['alarms', 'raised', 'cleared'] as const]),
    ] as const;
    for (const [table, begin, end] of tables) {
      const [from, to] = [sql.ref(begin), sql.ref(end)];
      const overlaps = sql`(${to} is null or ${to} >= ${T})`;
      const isLong = sql`(${to} is null or ${to} - ${from} > 86400000)`;
      for (const what of [sql`*`, sql`count(*)`]) {
        const short = await plan(what, table, sql`${from} >= ${T - DAY} and ${from} <= ${T} and ${overlaps}`);
        expect(short).toMatch(`${table}_marks`);
        const long = await plan(what, table, sql`${from} < ${T - DAY} and ${isLong} and ${overlaps}`);
        expect(long).toMatch(`${table}_long`);
      }
    }
    if (isPostgres(db)) return;
    const isLong = sql`to_at - from_at > 86400000`;
    const long = await plan(sql`*`, 'state_intervals', sql`from_at < ${T} and to_at >= ${T} and ${isLong}`);
    expect(long).toMatch('state_intervals_long');
    const short = sql`from_at >= ${T - DAY} and from_at <= ${T} and to_at >= ${T - DAY}`;
    expect(await plan(sql`*`, 'state_intervals', short)).toMatch('state_intervals_vm_time');
  });
});
