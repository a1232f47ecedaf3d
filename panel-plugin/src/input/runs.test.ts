import { describe, expect, it } from '@jest/globals';
import { intervalsFrom, stretches, type Run } from './runs.ts';

const run = (from: number, to: number, drawn: Run['drawn'], rank = 0): Run => ({
  from,
  to,
  drawn,
  raw: String(drawn),
  host: '',
  rank,
});
const drawn = (runs: Run[], now = Infinity) => intervalsFrom(runs, now).map(({ from, to, state }) => [from, to, state]);

describe('stretches of equal values', () => {
  it('last until the next sample, the last one a step longer', () => {
    const samples = { times: [0, 15_000, 30_000], values: ['a', 'a', 'b'] };
    expect(stretches(samples, 15_000)).toEqual([
      { from: 0, to: 30_000, last: 15_000, value: 'a' },
      { from: 30_000, to: 45_000, last: 30_000, value: 'b' },
    ]);
  });

  it('end one step after the last sample before silence, and at a null', () => {
    const samples = { times: [0, 15_000, 90_000, 105_000], values: ['a', 'a', 'a', null] };
    expect(stretches(samples, 15_000).map(({ from, to }) => [from, to])).toEqual([
      [0, 30_000],
      [90_000, 105_000],
    ]);
  });

  it('of nothing are none', () => {
    expect(stretches({ times: [], values: [] }, 1)).toEqual([]);
  });
});

describe('one bar of several series', () => {
  it('believes the higher rank, and of equal ones the worst', () => {
    expect(drawn([run(0, 100, 'stopped'), run(20, 60, 'running', 2), run(50, 60, 'abnormal', 2)])).toEqual([
      [0, 20, 'stopped'],
      [20, 50, 'running'],
      [50, 60, 'abnormal'],
      [60, 100, 'stopped'],
    ]);
  });

  it('leaves out what nobody claims, and what is past now', () => {
    expect(drawn([run(0, 10, 'running'), run(10, 20, null), run(20, 40, 'running')], 30)).toEqual([
      [0, 10, 'running'],
      [20, 30, 'running'],
    ]);
  });

  it('lets what was drawn go on through short-lived states, but not after silence', () => {
    expect(drawn([run(0, 10, 'dormant'), run(10, 20, 'before'), run(30, 40, 'before')])).toEqual([
      [0, 10, 'dormant'],
      [10, 20, 'dormant'],
    ]);
  });

  it('takes a hundred thousand changes', () => {
    const runs = Array.from({ length: 100_000 }, (_, i) => run(i, i + 1, i % 2 ? 'running' : 'stopped'));
    expect(intervalsFrom(runs, Infinity)).toHaveLength(100_000);
  });

  it('drops runs that end before they begin', () => {
    expect(drawn([run(5, 5, 'running'), run(9, 2, 'running'), run(NaN, 3, 'running')])).toEqual([]);
  });
});
