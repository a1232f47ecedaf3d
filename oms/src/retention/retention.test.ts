import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import type { Alarm, HostReport, Operation } from '@faultline/contracts';
import { pino } from 'pino';
import { sql } from 'kysely';
import { findAlarm, storeAlarm } from '../alarms/index.ts';
import { readConfig } from '../config.ts';
import { ingestCycle } from '../cycles/index.ts';
import { makePartitions, type OmsDatabase } from '../database/index.ts';
import { findOperation, storeOperation } from '../operations/index.ts';
import { ingestReports } from '../reports/index.ts';
import { createTelemetry, type Telemetry } from '../telemetry.ts';
import { onEachEngine, onPostgres } from '../testing/engines.ts';
import { createKeeper } from './index.ts';
import { prune } from './prune.ts';
import { keptRecords } from './records.ts';

// A new PostgreSQL database with all its partitions takes seconds on a busy machine.
jest.setTimeout(60_000);

const DAY_MS = 86_400_000;
/** Midnight, UTC. */
const NOW = 20_000 * DAY_MS;
const STALE = { staleAfterMs: 45_000 };
const VM = { uuid: '11111111-1111-4111-8111-111111111111', name: 'web' };
const OTHER = { uuid: '22222222-2222-4222-8222-222222222222', name: 'db' };
const { retention } = readConfig(['--retention.states', '100d', '--retention.alarms', '100d'], {});

const event = (id: string, at: number, state: 'running' | 'paused'): HostReport => ({
  type: 'domain-event',
  id,
  at,
  vm: VM,
  event: 'lifecycle',
  detail: 'suspended (paused)',
  observed: state === 'running' ? { state, reason: 'booted' } : { state, reason: 'user' },
});

const alarm = (id: string, raised: number, cleared?: number): Alarm => ({
  ...{ id, key: id, name: 'VM crashed', category: 'processing', level: 'critical', cause: 'x', details: {} },
  ...{ vm: VM, host: 'hA', raised, changed: cleared ?? raised, occurrences: 1, source: 'nc:hA' },
  ...(cleared === undefined ? {} : { cleared }),
});

const operation = (id: string, started: number, ended?: number): Operation => ({
  ...{ id, vm: VM, kind: 'reboot', initiator: 'ana', started, source: 'cloud' },
  ...(ended === undefined ? { result: 'running' } : { ended, result: 'ok' }),
  hops: [
    {
      seq: 1,
      from: { role: 'CLC' },
      to: { role: 'CC' },
      message: 'reboot',
      direction: 'request',
      result: 'ok',
      observed: 'reported',
    },
  ],
});

onEachEngine('records that are older than they are kept', (engine) => {
  let db: OmsDatabase;
  beforeEach(async () => {
    db = await engine.open();
  });
  afterEach(() => db.destroy());

  const pruneNow = async (now = NOW): Promise<Record<string, number>> => {
    const removed: Record<string, number> = {};
    await prune(db, keptRecords, {
      retention,
      now,
      onPruned: (table, { rows }) => (removed[table] = (removed[table] ?? 0) + rows),
      pause: () => Promise.resolve(),
    });
    return removed;
  };
  const count = async (table: string): Promise<number> => {
    const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(db);
    return rows[0]?.n ?? NaN;
  };
  const cycle = (number: number, at: number, vm = VM) =>
    ingestCycle(
      db,
      {
        ...{ host: 'hA', number, at, up: true },
        domains: [
          { vm, raw: { state: 'running', reason: 'booted' }, cpu: { at: at + 1, vcpus: 1, cpuTimeSeconds: number } },
        ],
      },
      STALE,
    );
  const report = (received: number, ...reports: HostReport[]) =>
    ingestReports(db, { host: 'hA', reports }, { received, ...STALE });

  it('go, each kind after its own time, and younger ones stay', async () => {
    for (const days of [200, 150, 31, 29, 1]) {
      const at = NOW - days * DAY_MS;
      await cycle(1000 - days, at);
      await report(at, event(`r${days}`, at + 1000, days % 2 === 0 ? 'paused' : 'running'));
      await report(at, { type: 'observation-gap', id: `g${days}`, from: at - 10, to: at - 5, cause: 'restart' });
    }
    const removed = await pruneNow();
    expect(removed).toMatchObject({ observation_gaps: 2, state_intervals: expect.any(Number) });
    expect(await count('cycles')).toBe(2);
    expect(await count('cpu_samples')).toBe(2);
    expect(await count('state_observations')).toBe(4);
    expect(await count('reports')).toBe(4);
    expect(await count('domain_events')).toBe(5);
    expect(await count('observation_gaps')).toBe(3);
    const { rows } = await sql<{ oldest: number }>`select min(to_at) as oldest from state_intervals`.execute(db);
    expect(rows[0]?.oldest).toBeGreaterThan(NOW - 32 * DAY_MS);
    await pruneNow(NOW + 400 * DAY_MS);
    for (const table of ['cycles', 'cpu_samples', 'state_observations', 'reports', 'domain_events']) {
      expect([table, await count(table)]).toEqual([table, 0]);
    }
    expect(Object.values(await pruneNow(NOW + 400 * DAY_MS)).every((rows) => rows === 0)).toBe(true);
  });

  it('stay while they are open: the last state of each VM, an alarm that is not cleared, an operation that runs', async () => {
    const at = NOW - 1000 * DAY_MS;
    await cycle(1, at);
    await cycle(2, at, OTHER);
    await cycle(3, at + DAY_MS, OTHER);
    await db.transaction().execute(async (trx) => {
      for (const one of [alarm('open', at), alarm('cleared', at, at + 1), alarm('young', at, NOW - DAY_MS)]) {
        await storeAlarm(trx, one, { received: at });
      }
      await storeAlarm(trx, { ...alarm('again', at, at + 1), key: 'cleared' }, { received: at });
      const entry = { alarm: 'cleared', seq: 1, at, act: 'acknowledge', by: 'ana', from_state: 'none' } as const;
      const more = { to_state: 'acknowledged', note: null, until: null } as const;
      await trx
        .insertInto('alarm_history')
        .values({ ...entry, ...more })
        .execute();
      for (const one of [operation('runs', at), operation('ended', at, at + 1), operation('late', at, NOW)]) {
        await storeOperation(trx, one);
      }
    });
    expect(await pruneNow()).toMatchObject({ alarms: 1, operations: 1, state_intervals: 1 });
    const intervals = await db.selectFrom('state_intervals').select(['vm', 'from_at']).orderBy('vm').execute();
    expect(intervals).toEqual([
      { vm: VM.uuid, from_at: at },
      { vm: OTHER.uuid, from_at: at + DAY_MS },
    ]);
    expect(await findAlarm(db, 'open', NOW)).toBeDefined();
    expect(await findAlarm(db, 'young', NOW)).toBeDefined();
    expect([await findAlarm(db, 'cleared', NOW), await findAlarm(db, 'again', NOW)]).toEqual([undefined, undefined]);
    expect(await findOperation(db, 'runs')).toMatchObject({ result: 'running', hops: [{ seq: 1 }] });
    expect(await findOperation(db, 'late')).toBeDefined();
    expect(await findOperation(db, 'ended')).toBeUndefined();
    expect([await count('hops'), await count('alarm_folds'), await count('alarm_history')]).toEqual([2, 0, 0]);
  });

  it('stay for ever where the operator says so', async () => {
    await cycle(1, 1000);
    await prune(db, keptRecords, {
      retention: { samples: Infinity, states: Infinity, events: 1, reports: 1, operations: 1, alarms: 1 },
      now: NOW,
      onPruned: () => undefined,
      pause: () => Promise.resolve(),
    });
    expect([await count('cpu_samples'), await count('cycles')]).toEqual([1, 1]);
  });

  it('go in steps of bounded size, after each of which others have their turn', async () => {
    const rows = Array.from({ length: 2500 }, (_, index) => ({
      ...{ vm: index < 2400 ? 'a' : 'b', at: 1 + index, host: 'hA', vcpus: 1, cpu_time_seconds: 1 },
    }));
    await db.insertInto('cpu_samples').values(rows).execute();
    const steps: number[] = [];
    let turns = 0;
    await prune(db, keptRecords, {
      retention,
      now: NOW,
      onPruned: (table, pruned) => {
        if (table === 'cpu_samples' && pruned.rows > 0) steps.push(pruned.rows);
      },
      pause: () => {
        turns += 1;
        return Promise.resolve();
      },
    });
    expect(steps).toEqual([1000, 1000, 400, 100]);
    expect(turns).toBeGreaterThanOrEqual(steps.length);
    expect(await count('cpu_samples')).toBe(0);
  });

  it('go after the step in which the OMS is told to end only when it starts again', async () => {
    const rows = Array.from({ length: 2500 }, (_, index) => ({
      ...{ vm: 'a', at: 1 + index, host: 'hA', vcpus: 1, cpu_time_seconds: 1 },
    }));
    await db.insertInto('cpu_samples').values(rows).execute();
    const ending = new AbortController();
    await prune(db, keptRecords, {
      retention,
      now: NOW,
      signal: ending.signal,
      onPruned: (_table, pruned) => {
        if (pruned.rows > 0) ending.abort();
      },
      pause: () => Promise.resolve(),
    });
    expect(await count('cpu_samples')).toBe(1500);
  });

  it('are told again and stored again without harm when even their ids are forgotten', async () => {
    const at = NOW - 50 * DAY_MS;
    await report(at, event('r1', at, 'paused'));
    await pruneNow();
    expect(await count('reports')).toBe(0);
    expect(await report(NOW, event('r1', at, 'paused'))).toEqual({ stored: 1, known: 0 });
    expect([await count('domain_events'), await count('state_intervals')]).toEqual([1, 1]);
  });

  it('are removed by the OMS itself, which counts what it removed and when it last did', async () => {
    await cycle(1, NOW - 31 * DAY_MS);
    const telemetry = createTelemetry();
    const keeper = createKeeper(db, { retention, now: () => NOW, log: pino({ level: 'silent' }), telemetry });
    await keeper.start();
    await until(async () => (await value(telemetry, 'faultline_oms_retention_last_success_timestamp_seconds')) > 0);
    await keeper.stop();
    expect(await count('cpu_samples')).toBe(0);
    expect(await telemetry.registry.metrics()).toContain('faultline_oms_pruned_rows_total{table="cpu_samples"} 1');
  });

  it('that cannot be removed are counted, and the next round goes on', async () => {
    await cycle(1, NOW - 31 * DAY_MS);
    const telemetry = createTelemetry();
    let fails = true;
    const records = keptRecords.map((kept) => ({
      ...kept,
      prune: (...args: Parameters<typeof kept.prune>) => {
        if (fails) throw new Error('the disk is full');
        return kept.prune(...args);
      },
    }));
    const log = pino({ level: 'silent' });
    const keeper = createKeeper(db, { retention, now: () => NOW, log, telemetry, records, everyMs: 1 });
    await keeper.start();
    await until(async () => (await value(telemetry, 'faultline_oms_retention_errors_total')) > 0);
    fails = false;
    await until(async () => (await count('cpu_samples')) === 0);
    await keeper.stop();
  });
});

onPostgres('partitions', (engine) => {
  let db: OmsDatabase;
  beforeEach(async () => {
    db = await engine.open();
  });
  afterEach(() => db.destroy());

  const samples = { table: 'cpu_samples', time: 'at', days: 1 };
  const partitions = async (table = 'cpu_samples'): Promise<string[]> => {
    const { rows } = await sql<{ name: string }>`select c.relname as name from pg_inherits i
      join pg_class c on c.oid = i.inhrelid where i.inhparent = to_regclass(${table}) order by 1`.execute(db);
    return rows.map(({ name }) => name.slice(table.length + 1));
  };
  const add = (at: number): Promise<unknown> =>
    db.insertInto('cpu_samples').values({ vm: VM.uuid, at, host: 'hA', vcpus: 1, cpu_time_seconds: 1 }).execute();
  const placeOf = async (at: number): Promise<string | undefined> => {
    const { rows } = await sql<{ place: string }>`
      select tableoid::regclass::text as place from cpu_samples where at = ${at}`.execute(db);
    return rows[0]?.place;
  };

  it('are made from the day before to days ahead, once, also by several OMSs at a time', async () => {
    await Promise.all([1, 2, 3].map(() => makePartitions(db, samples, NOW)));
    expect(await partitions()).toEqual(['20241003', '20241004', '20241005', '20241006', 'rest']);
    await makePartitions(db, samples, NOW + DAY_MS);
    expect(await partitions()).toEqual(['20241003', '20241004', '20241005', '20241006', '20241007', 'rest']);
  });

  it('take late records and those of clocks that are ahead in a place of their own, until a partition is there', async () => {
    await makePartitions(db, samples, NOW);
    for (const at of [0, NOW, NOW + 10 * DAY_MS]) await add(at);
    expect(await placeOf(0)).toBe('cpu_samples_rest');
    expect(await placeOf(NOW)).toBe('cpu_samples_20241004');
    expect(await placeOf(NOW + 10 * DAY_MS)).toBe('cpu_samples_rest');
    await makePartitions(db, samples, NOW + 9 * DAY_MS);
    expect(await placeOf(NOW + 10 * DAY_MS)).toBe('cpu_samples_20241014');
    expect(await placeOf(0)).toBe('cpu_samples_rest');
  });

  it('are dropped whole when they are old, and late records in the rest row by row', async () => {
    await makePartitions(db, samples, NOW);
    for (const at of [5, NOW, NOW + DAY_MS]) await add(at);
    const removed: unknown[] = [];
    await prune(
      db,
      keptRecords.filter(({ table }) => table === 'cpu_samples'),
      {
        retention,
        now: NOW + 31 * DAY_MS,
        onPruned: (_table, pruned) => removed.push(pruned),
        pause: () => Promise.resolve(),
      },
    );
    expect(removed).toEqual([
      { rows: 0, partitions: 2 },
      { rows: 1, partitions: 0 },
    ]);
    expect(await partitions()).toEqual(['20241005', '20241006', 'rest']);
    expect(await placeOf(NOW + DAY_MS)).toBe('cpu_samples_20241005');
  });

  it('of every table that grows with time are made by an OMS that starts, and rounds are one OMS at a time', async () => {
    const keepers = [1, 2].map(() =>
      createKeeper(db, { retention, now: () => NOW, log: pino({ level: 'silent' }), telemetry: createTelemetry() }),
    );
    await Promise.all(keepers.map((keeper) => keeper.start()));
    for (const table of ['cycles', 'cpu_samples', 'state_observations', 'reports', 'domain_events', 'guest_probes']) {
      expect([table, (await partitions(table)).length > 1]).toEqual([table, true]);
    }
    await Promise.all(keepers.map((keeper) => keeper.stop()));
  });

  it('are not waited for for ever: a table in long use is left for the next round', async () => {
    await makePartitions(db, samples, NOW);
    await db.transaction().execute(async (trx) => {
      await sql`lock table cpu_samples_rest in access share mode`.execute(trx);
      await expect(makePartitions(db, samples, NOW + 5 * DAY_MS)).rejects.toMatchObject({ code: '55P03' });
    });
    expect((await partitions()).at(-2)).toBe('20241006');
    await makePartitions(db, samples, NOW + 5 * DAY_MS);
    expect((await partitions()).at(-2)).toBe('20241011');
  });
});

async function value(telemetry: Telemetry, name: string): Promise<number> {
  const metric = await telemetry.registry.getSingleMetric(name)?.get();
  return metric?.values[0]?.value ?? 0;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}
