import { describe, expect, it } from '@jest/globals';
import { Backoff } from './backoff.ts';

describe('back-off', () => {
  it('doubles up to its limit, and begins anew after a success', () => {
    const backoff = new Backoff({ firstMs: 100, maxMs: 1000, random: () => 1 });
    expect(Array.from({ length: 6 }, () => backoff.next())).toEqual([100, 200, 400, 800, 1000, 1000]);
    backoff.reset();
    expect(backoff.next()).toBe(100);
  });

  it('spreads attempts between half of the time and the whole', () => {
    expect(new Backoff({ firstMs: 100, maxMs: 1000, random: () => 0 }).next()).toBe(50);
  });
});
