import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import type { RawState } from '@faultline/contracts';
import type { OmsDatabase } from '../database/index.ts';
import { onEachEngine } from '../testing/engines.ts';
import { recordObservations, type Said } from './index.ts';
import { compareKeys } from './place-many.ts';
import { runsOf, type Observation, type Run } from './place.ts';

// Some hundred batches, each a transaction, on a machine that may be busy.
jest.setTimeout(60_000);

const VMS = [1, 2, 3].map((digit) => '11111111-1111-4111-8111-111111111111'.replaceAll('1', String(digit)));
const STALE_MS = 15;
const RUNNING: RawState = { state: 'running', reason: 'booted' };
const CRASHED: RawState = { state: 'crashed', reason: 'panicked' };
const PAUSED: RawState = { state: 'paused', reason: 'user' };

/** Numbers that look random and are the same in every run (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

onEachEngine('batches of observations (A13, A22)', (engine) => {
  let db: OmsDatabase;
  beforeEach(async () => {
    db = await engine.open();
  });
  afterEach(() => db.destroy());

  const record = (said: Said[], host = 'hA'): Promise<string[]> =>
    db.transaction().execute((trx) => recordObservations(trx, host, said, { staleAfterMs: STALE_MS }));
  const stored = async (vm: string, host = 'hA'): Promise<Run[]> => {
    const rows = await db
      .selectFrom('state_intervals')
      .selectAll()
      .where('vm', '=', vm)
      .where('host', '=', host)
      .execute();
    return rows
      .map(({ from_at, from_id, to_at, to_id, state, reason }) => ({
        first: { at: from_at, id: from_id },
        last: { at: to_at, id: to_id },
        raw: { state, reason },
      }))
      .sort((a, b) => compareKeys(a.first, b.first));
  };

  it('come to the same intervals as their observations in order, whatever the batches and however often they are sent', async () => {
    for (let seed = 1; seed <= 12; seed += 1) {
      const random = numbers(seed);
      const said: Said[] = Array.from({ length: 60 }, (_, index) => ({
        vm: VMS[Math.floor(random() * VMS.length)] ?? '',
        observation: {
          at: Math.floor(random() * 200),
          id: `${random() < 0.5 ? 'c' : 'e'}:${index}`,
          raw: random() < 0.7 ? RUNNING : random() < 0.5 ? CRASHED : PAUSED,
        },
      }));
      const shuffled = said
        .map((one) => ({ one, key: random() }))
        .sort((a, b) => a.key - b.key)
        .map(({ one }) => one);
      const host = `h${seed}`;
      for (let from = 0; from < shuffled.length;) {
        const size = 1 + Math.floor(random() * 20);
        await record(shuffled.slice(from, from + size), host);
        // Half of a batch comes again with the next one.
        from += random() < 0.3 ? Math.ceil(size / 2) : size;
      }
      for (const vm of VMS) {
        const ordered = said.flatMap((one) => (one.vm === vm ? [one.observation] : [])).sort(compareKeys);
        expect(await stored(vm, host)).toEqual(runsOf(ordered, STALE_MS));
      }
    }
  });

  it('let a first word on a moment stand against another one under the same id', async () => {
    const [vm = ''] = VMS;
    const cycles = [10, 20, 30, 40].map((at): Observation => ({ at, id: `c:${at}`, raw: RUNNING }));
    await record(cycles.map((observation) => ({ vm, observation })));
    const before = await stored(vm);
    for (const { at, id } of cycles) await record([{ vm, observation: { at, id, raw: CRASHED } }]);
    expect(await stored(vm)).toEqual(before);
  });

  it('leave a run as it is where a late word contradicts it and the observations around it were pruned', async () => {
    const [vm = ''] = VMS;
    await record([10, 20, 30].map((at) => ({ vm, observation: { at, id: `c:${at}`, raw: RUNNING } })));
    await db.deleteFrom('state_observations').execute();
    await record([{ vm, observation: { at: 25, id: 'e:1', raw: CRASHED } }]);
    expect(await stored(vm)).toEqual([{ first: { at: 10, id: 'c:10' }, last: { at: 30, id: 'c:30' }, raw: RUNNING }]);
  });

  it('tell which VMs are in another state than before, and not those that were only seen again', async () => {
    const [one = '', other = ''] = VMS;
    const at = (time: number, raw: RawState): Observation => ({ at: time, id: `c:${time}`, raw });
    expect(
      await record([
        { vm: one, observation: at(10, RUNNING) },
        { vm: other, observation: at(10, RUNNING) },
      ]),
    ).toEqual([one, other]);
    expect(
      await record([
        { vm: one, observation: at(20, RUNNING) },
        { vm: other, observation: at(20, CRASHED) },
      ]),
    ).toEqual([other]);
    expect(await record([{ vm: other, observation: at(20, CRASHED) }])).toEqual([]);
  });

  it('store nothing of an empty one, and all of one with more rows than a statement has parameters for', async () => {
    await record([]);
    const many = Array.from({ length: 12_000 }, (_, index) => ({
      vm: `vm${index}`,
      observation: { at: 10, id: 'c:1', raw: RUNNING },
    }));
    await record(many);
    const { count } = await db
      .selectFrom('state_intervals')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    expect(count).toBe(12_000);
  });
});
