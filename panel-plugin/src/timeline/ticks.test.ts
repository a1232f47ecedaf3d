import { describe, expect, it } from '@jest/globals';
import { ticksOf } from './ticks.ts';

const HOUR = 3_600_000;
const iso = (times: number[]) => times.map((time) => new Date(time).toISOString());
const utc = () => 0;

describe('ticksOf', () => {
  it('takes the smallest round step that is wide enough', () => {
    expect(ticksOf({ from: 1500, to: 16_000 }, 3000, utc)).toEqual({ times: [5000, 10_000, 15_000], stepMs: 5000 });
  });

  it('puts days at the midnight of the zone, also across a change of its clocks', () => {
    const change = Date.UTC(2026, 2, 29, 1);
    const berlin = (time: number) => (time < change ? HOUR : 2 * HOUR);
    const { times } = ticksOf({ from: Date.UTC(2026, 2, 28), to: Date.UTC(2026, 2, 31) }, 20 * HOUR, berlin);
    expect(iso(times)).toEqual(['2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z', '2026-03-30T22:00:00.000Z']);
  });

  it('puts months at their first day', () => {
    const { times } = ticksOf({ from: Date.UTC(2026, 0, 15), to: Date.UTC(2026, 3, 2) }, 20 * 24 * HOUR, utc);
    expect(iso(times)).toEqual(['2026-02-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z', '2026-04-01T00:00:00.000Z']);
  });

  it('begins weeks on Mondays', () => {
    const { times } = ticksOf({ from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 0, 20) }, 5 * 24 * HOUR, utc);
    expect(times.map((time) => new Date(time).getUTCDay())).toEqual([1, 1, 1]);
  });

  it('finds none in a range shorter than a step', () => {
    expect(ticksOf({ from: 1001, to: 1999 }, 1000, utc).times).toEqual([]);
  });
});
