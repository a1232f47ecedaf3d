import { describe, expect, it } from '@jest/globals';
import { age, dateRange } from './texts.ts';

describe('texts', () => {
  it.each([
    [-5_000, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [3_600_000, '1 h'],
    [47.9 * 3_600_000, '47 h'],
    [49 * 3_600_000, '2 days'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(age(ms)).toBe(text);
  });

  it('repeats the date only where it changes', () => {
    const from = new Date(2026, 10, 23, 18, 34, 35).getTime();
    expect(dateRange(from, from + 60_000)).toBe('23 Nov 2026, 18:34:35 – 18:35:35');
    expect(dateRange(from, from + 24 * 3_600_000)).toBe('23 Nov 2026, 18:34:35 – 24 Nov 2026, 18:34:35');
  });
});
