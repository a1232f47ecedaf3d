import { describe, expect, it } from '@jest/globals';
import { Backoff } from './backoff.ts';

describe('back-off', () => {
  it('doubles up to its limit, and begins anew after a success', () => {
    const backoff = new Backoff({ firstMs: 100, maxMs: 1_000, random: () => 1 });
    expect(Array.from({ length: 6 }, () => backoff.next())).toEqual([100, 200, 400, 800, 1_000, 1_000]);
    expect(backoff.attempts).toBe(6);
    backoff.reset();
    expect([backoff.attempts, backoff.next()]).toEqual([0, 100]);
  });

  it('spreads attempts between half of the time and the whole', () => {
    expect(new Backoff({ firstMs: 100, maxMs: 1_000, random: () => 0 }).next()).toBe(50);
  });

  it('never grows over its limit, however often it is asked', () => {
    const backoff = new Backoff({ firstMs: 1, maxMs: 60_000, random: () => 1 });
    for (let i = 0; i < 5_000; i++) backoff.next();
    expect(backoff.next()).toBe(60_000);
  });
});
