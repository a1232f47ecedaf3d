import { afterEach, beforeEach, expect, it } from '@jest/globals';
import {
  DETAIL_FRAMES,
  TIMELINE_FRAMES,
  type FrameJson,
  type Operation,
  type RawState,
  type VmList,
} from '@faultline/contracts';
import type { FastifyInstance } from 'fastify';
import type { OmsContext } from '../context.ts';
import { CYCLE_METRICS, cycleFromSamples, ingestCycle, parseMetrics } from '../cycles/index.ts';
import { storeOperation } from '../operations/index.ts';
import { ingestReports } from '../reports/index.ts';
import { metricsText } from '../testing/metrics-text.ts';
import { onEachEngine } from '../testing/engines.ts';
import { openQueryStage, type QueryStage } from '../testing/query-stage.ts';

const VM = { uuid: '11111111-1111-4111-8111-111111111111', name: 'web' };
const RUNNING: RawState = { state: 'running', reason: 'booted' };
const PANICKED: RawState = { state: 'crashed', reason: 'panicked' };
const T = 1_700_000_000_000;
const OPTIONS = { staleAfterMs: 15_000 };

const OPERATION: Operation = {
  id: 'op1',
  vm: VM,
  kind: 'migrate',
  initiator: 'admin',
  started: T + 7000,
  ended: T + 8000,
  result: 'failed',
  cause: 'NC is in isolated state',
  source: 'faultline',
  hops: [
    {
      seq: 0,
      from: { role: 'CLC' },
      to: { role: 'CC' },
      message: 'CLC sends migrate request to CC',
      direction: 'request',
      at: T + 7000,
      ended: T + 7001,
      result: 'ok',
      observed: 'reported',
    },
    {
      seq: 1,
      parent: 0,
      from: { role: 'CC' },
      to: { role: 'NC', node: 'hA' },
      message: 'CC initiates migrate request to NC',
      direction: 'request',
      at: T + 7002,
      result: 'failed',
      cause: 'NC is in isolated state',
      observed: 'reported',
    },
  ],
};

onEachEngine('POST /api/v1/query', (engine) => {
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
  const cycle = (seconds: number, raw: RawState, cpuTimeSeconds: number) => {
    const text = metricsText({ number: seconds, at: T + seconds * 1000, domains: [{ ...VM, raw, cpuTimeSeconds }] });
    return ingestCycle(context.db, cycleFromSamples(parseMetrics(text, CYCLE_METRICS)), OPTIONS);
  };
  /** A frame's rows, as objects. */
  const rows = ({ schema, data }: FrameJson): Record<string, unknown>[] =>
    (data.values[0] ?? []).map((_, row) =>
      Object.fromEntries(schema.fields.map(({ name }, column) => [name, data.values[column]?.[row]])),
    );

  it('answers a VM without records in the range with all its frames, empty, in order', async () => {
    await cycle(0, RUNNING, 0);
    const { status, frames } = await query({ type: 'timeline', vm: VM.uuid, from: T + 1e6, to: T + 2e6 });
    expect(status).toBe(200);
    expect(frames.map(({ schema }) => [schema.name, schema.fields.map(({ name }) => name)])).toEqual(
      Object.entries(TIMELINE_FRAMES).map(([name, fields]) => [name, [...fields]]),
    );
    for (const { schema, data } of frames) {
      expect(data.values).toEqual(schema.fields.map(() => []));
      expect(schema.meta?.custom).toEqual({ faultline: schema.name, vm: VM, now, lastSeen: T, binMs: 201 });
    }
  });

  it('puts CPU, states, operations and alarms of the story on one axis (A7, A12-A17)', async () => {
    for (const [seconds, cpu] of [
      [0, 0],
      [5, 2.5],
      [10, 7.5],
    ] as const)
      await cycle(seconds, RUNNING, cpu);
    await context.db.transaction().execute((trx) => storeOperation(trx, OPERATION));
    const alarm = {
      id: 'a1',
      key: 'crash',
      name: 'VM crashed',
      category: 'processing' as const,
      level: 'critical' as const,
      cause: 'the guest panicked',
      details: { detail: 'panicked' },
      vm: VM,
      host: 'hA',
      raised: T + 12_000,
      changed: T + 12_000,
      occurrences: 1,
      source: 'nc:hA',
    };
    await ingestReports(
      context.db,
      {
        host: 'hA',
        reports: [
          {
            type: 'domain-event',
            id: 'e1',
            at: T + 12_000,
            vm: VM,
            event: 'lifecycle',
            detail: 'crashed (panicked)',
            observed: PANICKED,
          },
          { type: 'alarm', id: 'r1', alarm },
        ],
      },
      { received: T + 12_100, ...OPTIONS },
    );
    for (const seconds of [15, 20, 25]) await cycle(seconds, PANICKED, 8);
    const { frames } = await query({ type: 'timeline', vm: VM.uuid, from: T + 2000, to: T + 60_000 });
    const [cpu, state, operations, alarms] = frames.map(rows);
    expect(cpu).toEqual(
      [
        [5, 50],
        [10, 100],
        [15, 10],
        [20, 0],
        [25, 0],
      ].map(([seconds = 0, percent]) => ({ time: T + seconds * 1000, cpu: percent, cpuMin: percent, cpuMax: percent })),
    );
    const common = { host: 'hA', source: 'host', count: 1 };
    expect(state).toEqual([
      { time: T + 2000, timeEnd: T + 12_000, state: 'running', raw: 'running (booted)', ...common },
      { time: T + 12_000, timeEnd: null, state: 'abnormal', raw: 'crashed (panicked)', ...common },
    ]);
    expect(operations).toMatchObject([
      { time: T + 7000, timeEnd: T + 8000, id: 'op1', kind: 'migrate', result: 'failed' },
    ]);
    expect(alarms).toMatchObject([{ time: T + 12_000, timeEnd: null, id: 'a1', level: 'critical', occurrences: 1 }]);
  });

  it('ends a state with the range where the range ends before the present, and where it was last confirmed', async () => {
    for (const seconds of [0, 5, 10]) await cycle(seconds, RUNNING, seconds);
    const ends = async (to: number) => {
      const { frames } = await query({ type: 'timeline', vm: VM.uuid, from: T, to });
      return frames[1] === undefined ? [] : rows(frames[1]).map(({ timeEnd }) => timeEnd);
    };
    now = T + 11_000;
    expect(await ends(T + 8000)).toEqual([T + 8000]);
    expect(await ends(T + 11_000)).toEqual([null]);
    expect(await ends(T + 60_000)).toEqual([null]);
    now = T + 40_000;
    expect(await ends(T + 60_000)).toEqual([T + 10_000]);
  });

  it('breaks the CPU line and the bar at a gap that the host told of', async () => {
    for (const seconds of [0, 5, 15, 20]) await cycle(seconds, RUNNING, seconds / 2);
    const gap = {
      type: 'observation-gap' as const,
      id: 'g',
      from: T + 5000,
      to: T + 13_000,
      cause: 'libvirtd restarted',
    };
    await ingestReports(context.db, { host: 'hA', reports: [gap] }, { received: now, ...OPTIONS });
    const { frames } = await query({ type: 'timeline', vm: VM.uuid, from: T, to: T + 20_000 });
    expect(frames[0]?.data.values.slice(0, 2)).toEqual([
      [T + 5000, T + 15_000, T + 20_000],
      [50, null, 50],
    ]);
    expect(frames[1]?.data.values.slice(0, 2)).toEqual([
      [T, T + 15_000],
      [T + 5000, T + 20_000],
    ]);
  });

  it('keeps a long range to as many points as a screen can show, and their mean', async () => {
    const steps = Array.from({ length: 12_000 }, (_, index) => ({
      vm: VM.uuid,
      at: T + index * 1000,
      host: 'hA',
      vcpus: 1,
      cpu_time_seconds: index / 4,
    }));
    await cycle(0, RUNNING, 0);
    for (let from = 1; from < steps.length; from += 1000) {
      await context.db
        .insertInto('cpu_samples')
        .values(steps.slice(from, from + 1000))
        .execute();
    }
    now = T + 13_000_000;
    const { frames } = await query({ type: 'timeline', vm: VM.uuid, from: T, to: T + 12_000_000 });
    const values = frames[0]?.data.values[1] ?? [];
    expect(values.length).toBeGreaterThan(3000);
    expect(values.length).toBeLessThanOrEqual(5001);
    expect(new Set(values)).toEqual(new Set([25]));
  });

  it('tells an operation hop by hop, the failed one with its cause (A26, A29)', async () => {
    await context.db.transaction().execute((trx) => storeOperation(trx, OPERATION));
    const { frames } = await query({ type: 'operation', id: 'op1' });
    expect(frames.map(({ schema }) => schema.fields.map(({ name }) => name))).toEqual([
      DETAIL_FRAMES.operation,
      DETAIL_FRAMES.hops,
    ]);
    const [headline, hops] = frames.map(rows);
    expect(headline).toMatchObject([
      { id: 'op1', vmName: 'web', initiator: 'admin', time: T + 7000, result: 'failed' },
    ]);
    expect(hops).toMatchObject([
      { seq: 0, parent: null, fromRole: 'CLC', fromNode: null, toRole: 'CC', result: 'ok', cause: null },
      { seq: 1, parent: 0, toNode: 'hA', timeEnd: null, result: 'failed', cause: 'NC is in isolated state' },
    ]);
  });

  it.each([
    [{ type: 'timeline', vm: VM.uuid, from: 2, to: 1 }, 400, 'range-invalid', '/to'],
    [{ type: 'timeline', vm: VM.uuid, from: 1, to: 1 }, 400, 'range-invalid', '/to'],
    [{ type: 'timeline', vm: VM.uuid, from: 0, to: T }, 400, 'range-invalid', '/to'],
    [{ type: 'timeline', vm: VM.uuid, from: -1, to: 1 }, 400, 'invalid', '/from'],
    [{ type: 'timeline', vm: VM.uuid, from: 1.5, to: 3 }, 400, 'invalid', '/from'],
    [{ type: 'timeline', vm: 'web', from: 1, to: 2 }, 400, 'invalid', '/vm'],
    [{ type: 'timeline', from: 1, to: 2 }, 400, 'invalid', '/vm'],
    [{ type: 'timeline', vm: VM.uuid, from: 1, to: 2 }, 404, 'vm-unknown', '/vm'],
    [{ type: 'weather' }, 400, 'invalid', '/type'],
    [{ type: 'operation', id: 'no' }, 404, 'operation-unknown', '/id'],
    [{ type: 'alarm', id: 'no' }, 404, 'alarm-unknown', '/id'],
    [{ type: 'alarm', id: '' }, 400, 'invalid', '/id'],
  ])('refuses %j', async (payload, status, code, field) => {
    expect(await query(payload)).toMatchObject({ status, code, field });
  });

  it('lists VMs with what is drawn of them now', async () => {
    await cycle(20, PANICKED, 1);
    const list = async () => (await app.inject('/api/v1/vms')).json<VmList>();
    expect(await list()).toMatchObject({
      vms: [{ ...VM, host: 'hA', firstSeen: T + 20_000, lastSeen: T + 20_000, state: 'abnormal' }],
      next: null,
    });
    now = T + 36_000;
    expect((await list()).vms[0]?.state).toBeNull();
  });
});
