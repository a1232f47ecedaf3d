import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { OmsDatabase } from '../database/index.ts';
import { onEachEngine } from '../testing/engines.ts';
import { joined, type CpuStretch } from './cpu.ts';
import { partsOf, cpuUse } from './cpu-use.ts';
import { minutesIn } from './cpu-hours.ts';
import type { CpuMinute } from './minute.ts';
import type { Cycle } from './cycle.ts';
import { ingestCycle } from './store.ts';

const VM = { uuid: '11111111-1111-4111-8111-111111111111', name: 'web' };
const T = 1_700_000_040_000;
const MINUTE = 60_000;
const STALE = { staleAfterMs: 45_000 };

describe('how a range is read', () => {
  const minute = (number: number, isBroken = false): CpuMinute => ({
    minute: number * MINUTE,
    fromAt: number * MINUTE - 5000,
    isBroken,
    stretch: { at: (number + 1) * MINUTE - 5000, ms: MINUTE, use: { mean: 1, min: 1, max: 1 } },
  });
  const parts = (minutes: CpuMinute[], breaks: number[] = []) =>
    partsOf({ from: MINUTE / 2, to: 6.5 * MINUTE }, minutes, breaks).map((part) =>
      part.kind === 'samples' ? [part.range.from / MINUTE, part.range.to / MINUTE] : part.stretches.length,
    );
  const last = (until: number): number => until - 1 / MINUTE;

  it('is by minutes but for its ends', () => {
    expect(parts([1, 2, 3, 4, 5].map((number) => minute(number)))).toEqual([[0.5, last(1)], 5, [6, 6.5]]);
  });

  it('is by samples where there are no minutes', () => {
    expect(parts([])).toEqual([[0.5, 6.5]]);
  });

  it('is by samples in a minute in which the line breaks, whoever says so', () => {
    const minutes = [minute(1), minute(2, true), minute(3), minute(4), minute(5)];
    expect(parts(minutes, [0, 4 * MINUTE + 1])).toEqual([
      [0.5, last(1)],
      1,
      [2, last(3)],
      1,
      [4, last(5)],
      1,
      [6, 6.5],
    ]);
    // A break right after the last sample of minute 3 is one of the first step of minute 4.
    expect(parts(minutes.slice(2), [4 * MINUTE - 4999])).toEqual([[0.5, last(3)], 1, [4, last(5)], 1, [6, 6.5]]);
  });
});

onEachEngine('the CPU of a VM', (engine) => {
  let db: OmsDatabase;
  beforeEach(async () => {
    db = await engine.open();
  });
  afterEach(async () => {
    await db.destroy();
  });
  let number = 0;
  const cycle = (at: number, cpuTimeSeconds: number, host = 'hA'): Cycle => ({
    host,
    number: (number += 1),
    at,
    up: true,
    domains: [{ vm: VM, raw: { state: 'running', reason: 'booted' }, cpu: { at, vcpus: 1, cpuTimeSeconds } }],
  });
  /** A sample every 5 s, at 20 % but where it is told otherwise. */
  function samples(count: number, spikes: Record<number, number> = {}): Cycle[] {
    let seconds = 0;
    return Array.from({ length: count }, (_, index) => {
      seconds += (spikes[index] ?? 20) / 20;
      return cycle(T + index * 5000, seconds);
    });
  }
  async function store(cycles: Cycle[]): Promise<void> {
    for (const each of cycles) await ingestCycle(db, each, STALE);
  }
  async function read(binMs: number, range = { from: T, to: T + 3_600_000 }, breaks: number[] = []) {
    const stretches: CpuStretch[] = [];
    const options = { binMs, breaks, maxStepMs: STALE.staleAfterMs };
    for await (const some of cpuUse(db, VM.uuid, range, options)) stretches.push(...some);
    return stretches;
  }
  const sum = (stretches: CpuStretch[]): CpuStretch | null => stretches.reduce<CpuStretch | null>(joined, null);

  it('says the same by minutes as sample by sample: when, how much at least, at most and in the mean', async () => {
    await store(samples(120, { 61: 97, 80: 1 }));
    const exact = sum(await read(1000));
    const byMinutes = await read(60_000);
    expect(byMinutes.length).toBeLessThan(40);
    expect(sum(byMinutes)?.at).toBe(exact?.at);
    expect(sum(byMinutes)?.use?.min).toBeCloseTo(1, 6);
    expect(sum(byMinutes)?.use?.max).toBeCloseTo(97, 6);
    expect(sum(byMinutes)?.use?.mean).toBeCloseTo(exact?.use?.mean ?? -1, 3);
    expect(sum(byMinutes)?.ms).toBe(exact?.ms);
  });

  it('tells of no time outside the range', async () => {
    await store(samples(120, { 9: 97, 110: 97 }));
    const stretches = await read(60_000, { from: T + 10 * 5000, to: T + 109 * 5000 });
    expect(stretches[0]?.at).toBe(T + 10 * 5000);
    expect(stretches.at(-1)?.at).toBe(T + 109 * 5000);
    expect(sum(stretches)?.use?.max).toBeCloseTo(20, 6);
  });

  it('breaks where it is told to, and where the counter began anew, within a minute that is summed up', async () => {
    const cycles = samples(60);
    const anew = samples(60).slice(30);
    await store([...cycles.slice(0, 30), ...anew.map((each, index) => ({ ...each, at: T + (30 + index) * 5000 }))]);
    const reset = cycle(T + 60 * 5000, 0);
    await store([
      reset,
      ...samples(90)
        .slice(61)
        .map((each) => each),
    ]);
    const at = T + 20 * 5000 - 1000;
    const stretches = await read(60_000, undefined, [at]);
    expect(stretches.filter(({ use }) => use === null).map((stretch) => (stretch.at - T) / 5000)).toEqual([20, 60]);
  });

  it('comes to the same minutes in whatever order samples arrive', async () => {
    const cycles = samples(50, { 20: 90 });
    const minutes = async () => {
      const found = await minutesIn(db, VM.uuid, { from: 0, to: T + 1e9 });
      return found.map(({ minute, isBroken, stretch }) => [minute, isBroken, stretch.at, stretch.use?.max.toFixed(6)]);
    };
    await store(cycles);
    const inOrder = await minutes();
    expect(inOrder.length).toBeGreaterThanOrEqual(4);
    for (const order of [
      cycles.toReversed(),
      cycles.toSorted((a, b) => ((a.number * 7) % 11) - ((b.number * 7) % 11)),
    ]) {
      for (const table of ['cpu_samples', 'cpu_minutes', 'cpu_hours', 'cycles', 'host_runs'] as const) {
        await db.deleteFrom(table).execute();
      }
      await store(order);
      expect(await minutes()).toEqual(inOrder);
    }
  });

  it('says the same by hours as by minutes, also where a sample came late', async () => {
    const cycles = samples(1000, { 300: 97, 500: 1, 730: 88 });
    const late = cycles.splice(400, 30);
    await store(cycles);
    await store(late.toReversed());
    const hours = await db.selectFrom('cpu_hours').select('hour').orderBy('hour').execute();
    expect(hours.length).toBeGreaterThanOrEqual(1);
    const ranges = [
      { from: T, to: T + 5_000_000 },
      { from: T - 3_600_000, to: T + 9_000_000 },
      { from: T + 100_000, to: T + 4_200_000 },
    ];
    const byHours = [];
    for (const range of ranges) byHours.push(await read(60_000, range));
    await db.deleteFrom('cpu_hours').execute();
    const byMinutes = [];
    for (const range of ranges) byMinutes.push(await read(60_000, range));
    expect(byHours).toEqual(byMinutes);
    expect(sum(byHours[0] ?? [])?.use).toMatchObject({ min: 1, max: 97 });
  });

  it('reads very many samples in pages, and loses none between two', async () => {
    const rows = Array.from({ length: 12_001 }, (_, index) => ({
      vm: VM.uuid,
      at: T + index * 100,
      host: 'hA',
      vcpus: 1,
      cpu_time_seconds: index / 20,
    }));
    for (let start = 0; start < rows.length; start += 1000) {
      await db
        .insertInto('cpu_samples')
        .values(rows.slice(start, start + 1000))
        .execute();
    }
    const stretches = await read(1);
    expect(stretches).toHaveLength(12_000);
    expect(new Set(stretches.map(({ ms }) => ms))).toEqual(new Set([100]));
  });
});
