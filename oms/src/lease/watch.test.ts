import { describe, expect, it } from '@jest/globals';
import { mayTake, sight } from './watch.ts';

const row = { name: 'operations', holder: 'a', address: 'http://a', term: 3, renewals: 7, lasts_ms: 6000 };
const asB = (now: number) => ({ replica: 'b', now });

describe('the lease as another replica sees it', () => {
  it('is free when it was not renewed for as long as it lasts, counted from when it was first seen so', () => {
    let seen = sight(undefined, row, 1000);
    expect(mayTake(seen, asB(1000))).toBe(false);
    seen = sight(seen, { ...row }, 6999);
    expect(mayTake(seen, asB(6999))).toBe(false);
    expect(mayTake(sight(seen, { ...row }, 7000), asB(7000))).toBe(true);
  });

  it.each([{ renewals: 8 }, { term: 4, renewals: 0 }])(
    'begins to be watched anew with each renewal and term: %j',
    (more) => {
      const seen = sight(sight(undefined, row, 1000), { ...row, ...more }, 6900);
      expect(mayTake(seen, asB(7100))).toBe(false);
      expect(mayTake(seen, asB(12_900))).toBe(true);
    },
  );

  it('lasts as long as its holder says, not as we would have it', () => {
    expect(mayTake(sight(undefined, { ...row, lasts_ms: 60_000 }, 0), asB(59_999))).toBe(false);
  });

  it('is free at once where nobody has it, where it was given back, and for whom had it last', () => {
    expect(mayTake(sight(undefined, undefined, 0), asB(0))).toBe(true);
    expect(mayTake(sight(undefined, { ...row, holder: null }, 0), asB(0))).toBe(true);
    expect(mayTake(sight(undefined, row, 0), { replica: 'a', now: 0 })).toBe(true);
  });
});
