import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { RawState } from '@faultline/contracts';
import type { OmsDatabase } from '../database/index.ts';
import { currentStates, recordGaps, recordObservations, stateBar } from './index.ts';
import type { Observation } from './place.ts';
import { onEachEngine } from '../testing/engines.ts';

const VM = '11111111-1111-4111-8111-111111111111';
const SETTINGS = { staleAfterMs: 15_000, transientLimitMs: 60_000 };
const STATES: RawState[] = [
  { state: 'running', reason: 'booted' },
  { state: 'paused', reason: 'migration' },
  { state: 'shutoff', reason: 'crashed' },
];

onEachEngine('stored state intervals', (engine) => {
  let db: OmsDatabase;
  beforeEach(async () => {
    db = await engine.open();
  });
  afterEach(async () => {
    await db.destroy();
  });

  const see = (observation: Observation, host = 'hA', vm = VM): Promise<string[]> =>
    recordObservations(db, host, [{ vm, observation }], SETTINGS);
  const at = (time: number, raw = STATES[0], id = `c:${time}`): Observation => ({
    at: time,
    id,
    raw: raw ?? { state: 'nostate', reason: 'unknown' },
  });
  const bar = (now: number, from = 0, to = now) => stateBar(db, VM, { from, to }, { now, ...SETTINGS });

  it('draws the same bar whatever the order of arrival, also sent twice', async () => {
    const sequence = [5, 10, 15, 20, 25, 30, 47, 52, 57].map((s) => at(s * 1000, STATES[s === 57 ? 2 : 0]));
    const late = [at(17_000, STATES[2], 'e:1'), at(26_000, STATES[1], 'e:2'), at(52_000, STATES[2], 'e:3')];
    const bars = [];
    for (const order of [
      [...sequence, ...late],
      [...late, ...sequence],
      [...sequence, ...late].reverse(),
      [...sequence, ...late, ...sequence],
    ]) {
      await db.deleteFrom('state_intervals').execute();
      await db.deleteFrom('state_observations').execute();
      for (const observation of order) await see(observation);
      bars.push((await bar(60_000)).map(({ from, to, open, state }) => ({ from, to, open, state })));
    }
    for (const other of bars) expect(other).toEqual(bars[0]);
    expect(bars[0]).toEqual([
      { from: 5000, to: 17_000, open: false, state: 'running' },
      { from: 17_000, to: 20_000, open: false, state: 'abnormal' },
      { from: 20_000, to: 26_000, open: false, state: 'running' },
      { from: 26_000, to: 30_000, open: false, state: 'running' },
      { from: 30_000, to: 30_000, open: false, state: 'running' },
      { from: 47_000, to: 52_000, open: false, state: 'running' },
      { from: 52_000, to: 60_000, open: true, state: 'abnormal' },
    ]);
  });

  it('leaves a reported gap empty from the last observation before it to the first after it', async () => {
    for (const s of [5, 10, 15, 20]) await see(at(s * 1000));
    await recordGaps(db, [{ host: 'hA', id: 'g', from: 10_500, to: 12_000, cause: 'libvirtd was restarted' }]);
    expect((await bar(20_000)).map(({ from, to }) => [from, to])).toEqual([
      [5000, 10_000],
      [15_000, 20_000],
    ]);
  });

  it('leaves a reported gap as long as it was told where the observations were pruned', async () => {
    for (const s of [5, 10, 15, 20, 25]) await see(at(s * 1000));
    await recordGaps(db, [{ host: 'hA', id: 'g', from: 10_500, to: 12_000, cause: 'libvirtd was restarted' }]);
    await db.deleteFrom('state_observations').execute();
    expect((await bar(25_000)).map(({ from, to }) => [from, to])).toEqual([
      [5000, 10_500],
      [12_000, 25_000],
    ]);
  });

  it('ends what it claims at a cycle that did not reach libvirtd', async () => {
    await see(at(5000));
    await db.insertInto('cycles').values({ host: 'hA', at: 10_000, number: 2, up: 0 }).execute();
    expect((await bar(12_000)).map(({ from, to, open }) => [from, to, open])).toEqual([[5000, 5000, false]]);
    expect(await currentStates(db, { now: 12_000, ...SETTINGS })).toEqual(new Map());
  });

  it('says what every VM is now, and nothing of one that is silent', async () => {
    const other = VM.replaceAll('1', '2');
    const moving = VM.replaceAll('1', '3');
    await see(at(5000));
    await see(at(21_000, STATES[2]), 'hA', other);
    await see(at(8000), 'hA', moving);
    await see(at(10_000, STATES[1]), 'hA', moving);
    await see(at(21_000, STATES[1]), 'hA', moving);
    expect(await currentStates(db, { now: 25_000, ...SETTINGS })).toEqual(
      new Map([
        [other, 'abnormal'],
        [moving, 'running'],
      ]),
    );
  });

  it('knows the state before the range that is asked for', async () => {
    for (let s = 0; s <= 100; s += 10) await see(at(s * 1000, STATES[s < 40 ? 0 : 1]));
    expect((await bar(100_000, 70_000, 90_000)).map(({ from, to, state }) => [from, to, state])).toEqual([
      [40_000, 100_000, 'running'],
    ]);
  });
});
