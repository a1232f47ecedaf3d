import { describe, expect, it } from '@jest/globals';
import type { RawState } from '@faultline/contracts';
import { isSameState, placeObservation, runsOf, type Observation, type Run } from './place.ts';

const STALE_MS = 15;
const RUNNING: RawState = { state: 'running', reason: 'booted' };
const CRASHED: RawState = { state: 'crashed', reason: 'panicked' };

const seen = (at: number, raw: RawState, id = `c:${at}`): Observation => ({ at, id, raw });
const byTime = (a: Observation, b: Observation): number => a.at - b.at || (a.id < b.id ? -1 : 1);
const plain = (runs: Run[]): string =>
  runs.map(({ first, last, raw }) => `${raw.state} ${first.at}-${last.at}`).join(', ');

/** A store in memory that places observations one by one, as the real one does. */
function placeAll(observations: Observation[]): Run[] {
  const placed: Observation[] = [];
  let runs: Run[] = [];
  const with_ = (observation: Observation | undefined) => {
    if (observation === undefined) return null;
    const run = runs.findLast(
      ({ first }) => byTime({ ...observation, ...first }, observation) <= 0 || first.id === observation.id,
    );
    if (run === undefined) throw new Error('an observation is part of no run');
    return { observation, run };
  };
  for (const observation of observations) {
    const previous = placed.filter((other) => byTime(other, observation) < 0).at(-1);
    const next = placed.find((other) => byTime(other, observation) > 0);
    const { remove, add } = placeObservation(
      observation,
      { previous: with_(previous), next: with_(next) },
      { staleAfterMs: STALE_MS, isSame: isSameState },
    );
    runs = [...runs.filter((run) => !remove.includes(run)), ...add].sort(
      (a, b) => a.first.at - b.first.at || (a.first.id < b.first.id ? -1 : 1),
    );
    placed.push(observation);
    placed.sort(byTime);
  }
  return runs;
}

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

describe('placing an observation among its neighbours', () => {
  const cycles = [10, 20, 30, 40, 50].map((at) => seen(at, RUNNING));

  it('extends a run, begins one at another state, and begins one after a silence', () => {
    expect(plain(placeAll(cycles))).toBe('running 10-50');
    expect(plain(placeAll([...cycles, seen(60, CRASHED)]))).toBe('running 10-50, crashed 60-60');
    expect(plain(placeAll([...cycles, seen(66, RUNNING)]))).toBe('running 10-50, running 66-66');
  });

  it('lets a late event hold until the next cycle that confirmed the old state', () => {
    expect(plain(placeAll([...cycles, seen(25, CRASHED, 'e:1')]))).toBe('running 10-20, crashed 25-25, running 30-50');
  });

  it('joins two runs when a late observation fills the silence between them', () => {
    expect(plain(placeAll([seen(10, RUNNING), seen(30, RUNNING)]))).toBe('running 10-10, running 30-30');
    expect(plain(placeAll([seen(10, RUNNING), seen(30, RUNNING), seen(20, RUNNING)]))).toBe('running 10-30');
  });

  it('comes to the same runs in whatever order the observations arrive', () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const random = numbers(seed);
      const observations = Array.from({ length: 25 }, (_, index) => {
        const raw =
          random() < 0.7 ? RUNNING : random() < 0.5 ? CRASHED : ({ state: 'paused', reason: 'user' } as const);
        return seen(Math.floor(random() * 120), raw, `${random() < 0.5 ? 'c' : 'e'}:${index}`);
      });
      const shuffled = observations
        .map((observation) => ({ observation, key: random() }))
        .sort((a, b) => a.key - b.key)
        .map(({ observation }) => observation);
      expect(placeAll(shuffled)).toEqual(runsOf([...observations].sort(byTime), STALE_MS));
    }
  });
});
