import { setTimeout as delay } from 'node:timers/promises';
import type { Query } from '@faultline/contracts';
import { Closers } from '../../closers.ts';
import { ms, ratio, type Figure } from '../table.ts';
import { BATCH, EventStream, post } from './events.ts';
import { DAY_MS, liveOneDay, multiply, recordsIn, vmOfCopy, type Day } from './history.ts';
import type { Engine, Store } from './stores.ts';

const BIG = 10_000_000;
/** The big store: so many days of each of its VMs. */
const DAYS = 10;
const QUERIES = 400;
const WARM_QUERIES = 100;
/** As wide as a panel. */
const POINTS = 1000;

const LOAD_SECONDS = 30;
const WARM_SECONDS = 5;
/** The first is the bar's; where that is too much for the machine, the others say what is not. */
const QUERIES_PER_SECOND = [200, 150, 100, 50, 25] as const;
const SOON_ENOUGH_MS = 100;
const EVENTS_PER_SECOND = 1000;

interface Filled {
  store: Store;
  day: Day;
  vms: number;
  records: number;
}

async function fill(engine: Engine, records: number, say: (line: string) => void): Promise<Filled> {
  const store = await engine.newStore();
  const day = await liveOneDay(store, Date.now());
  const open = await store.open();
  try {
    const vms = records === 0 ? 1 : await multiply(open, { records, days: DAYS, day, say });
    return { store, day, vms, records: await recordsIn(open) };
  } finally {
    await open.close();
  }
}

/** A chart's question: 24 hours of one VM. */
function question({ day, vms }: Filled, number: number): string {
  const vm = vmOfCopy((number * 7919) % vms);
  return JSON.stringify({ type: 'timeline', vm, ...day, maxDataPoints: POINTS } satisfies Query);
}

const percentile95 = (times: readonly number[]): number =>
  [...times].sort((a, b) => a - b)[Math.ceil(times.length * 0.95) - 1] ?? NaN;

/** One question after the other, of both stores in turns. @returns ms */
async function askBoth(small: Filled, big: Filled): Promise<{ small: number[]; big: number[] }> {
  const closers = new Closers();
  try {
    const times = { small: [] as number[], big: [] as number[] };
    const [ofSmall, ofBig] = [await small.store.startOms(), await big.store.startOms()];
    closers.add(() => ofSmall.end());
    closers.add(() => ofBig.end());
    const ask = async (url: string, body: string): Promise<number> => {
      const began = performance.now();
      await post(`${url}/api/v1/query`, body);
      return performance.now() - began;
    };
    for (let number = 0; number < WARM_QUERIES + QUERIES; number += 1) {
      const inSmall = await ask(ofSmall.url, question(small, number));
      const inBig = await ask(ofBig.url, question(big, number));
      if (number < WARM_QUERIES) continue;
      times.small.push(inSmall);
      times.big.push(inBig);
    }
    return times;
  } finally {
    await closers.close();
  }
}

/**
 * Does `work` so many times a second, each at its own time, whether those before have ended or not. A time is taken from when the
 * work was due: an OMS that makes one wait makes all behind it wait.
 *
 * @returns how long each took, ms, and what failed
 */
async function openLoop(
  perSecond: number,
  seconds: number,
  work: (number: number) => Promise<void>,
): Promise<{ times: number[]; errors: unknown[] }> {
  const times: number[] = [];
  const errors: unknown[] = [];
  const running: Promise<void>[] = [];
  const began = performance.now();
  for (let number = 0; number < perSecond * seconds; number += 1) {
    const due = began + (number * 1000) / perSecond;
    if (due > performance.now()) await delay(due - performance.now());
    running.push(
      work(number).then(
        () => void times.push(performance.now() - due),
        (error: unknown) => void errors.push(error),
      ),
    );
  }
  await Promise.all(running);
  return { times, errors };
}

interface Loaded {
  perSecond: number;
  p95: number;
  p95OfBatches: number;
  errors: unknown[];
}

const isSoonEnough = ({ p95, errors }: Loaded): boolean => p95 <= SOON_ENOUGH_MS && errors.length === 0;

/** With ever fewer questions a second, until they are answered soon enough. */
async function underLoads(filled: Filled, say: (line: string) => void): Promise<Loaded[]> {
  const loaded: Loaded[] = [];
  for (const perSecond of QUERIES_PER_SECOND) {
    const under = await underLoad(filled, perSecond);
    say(`${perSecond} queries/s: p95 ${ms(under.p95)}, ${under.errors.length} errors`);
    for (const error of under.errors.slice(0, 3)) say(String(error));
    loaded.push(under);
    if (isSoonEnough(under)) break;
  }
  return loaded;
}

/** Questions and events at once, as fast as they come and not as fast as they are answered. */
async function underLoad(filled: Filled, perSecond: number): Promise<Loaded> {
  const oms = await filled.store.startOms();
  try {
    const streams = Array.from(
      { length: EVENTS_PER_SECOND / BATCH },
      (_, n) => new EventStream(n, Date.now() - DAY_MS),
    );
    const load = (seconds: number) =>
      Promise.all([
        openLoop(perSecond, seconds, (number) => post(`${oms.url}/api/v1/query`, question(filled, number))),
        openLoop(EVENTS_PER_SECOND / BATCH, seconds, (number) =>
          post(`${oms.url}/api/v1/reports`, streams[number % streams.length]?.next() ?? ''),
        ),
      ]);
    await load(WARM_SECONDS);
    const [queries, batches] = await load(LOAD_SECONDS);
    return {
      perSecond,
      p95: percentile95(queries.times),
      p95OfBatches: percentile95(batches.times),
      errors: [...queries.errors, ...batches.errors],
    };
  } finally {
    await oms.end();
  }
}

/** What a chart of a day costs in a large store against a small one, and while everything else goes on. */
export async function timeline(engine: Engine, say: (line: string) => void): Promise<Figure[]> {
  const small = await fill(engine, 0, say);
  const big = await fill(engine, BIG, say);
  say(`${engine.name}: ${big.records} records of ${big.vms} VMs`);
  const times = await askBoth(small, big);
  const [ofSmall, ofBig] = [percentile95(times.small), percentile95(times.big)];
  const loads = await underLoads(big, say);
  return [
    {
      what: `timeline of 24 h of one VM, p95, ${big.records} records, ${engine.name}`,
      value: ms(ofBig),
      against: `${small.records} records: ${ms(ofSmall)}`,
      ratio: ratio(ofBig, ofSmall),
      bar: '<= 1.5',
    },
    ...loads.map((loaded, index) => ({
      what: `the same under ${loaded.perSecond} queries/s and ${EVENTS_PER_SECOND} events/s, ${engine.name}`,
      value: `${ms(loaded.p95)}, ${loaded.errors.length} errors`,
      against: `one at a time: ${ms(ofBig)}; a batch of events then: ${ms(loaded.p95OfBatches)}`,
      ratio: ratio(loaded.p95, ofBig),
      ...(index === 0 ? { bar: `<= ${SOON_ENOUGH_MS} ms, no error` } : {}),
    })),
  ];
}
