import { describe, expect, it } from '@jest/globals';
import { age, counted, dateRange, duration, moment } from './texts.ts';

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

  it.each([
    [-1, '0 ms'],
    [340, '340 ms'],
    [2_450, '2.5 s'],
    [9_999, '10.0 s'],
    [59_400, '59 s'],
    [59_999, '1 min'],
    [250_000, '4 min 10 s'],
    [7_500_000, '2 h 5 min'],
    [7_200_000, '2 h'],
  ])('writes that something took %d ms as %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  it('says the date of what was not today', () => {
    const at = new Date(2026, 10, 23, 18, 34, 35).getTime();
    expect(moment(at, at + 60_000)).toBe('18:34:35');
    expect(moment(at, at + 24 * 3_600_000)).toBe('23 Nov 2026, 18:34:35');
  });

  it('counts', () => {
    expect([counted(0, 'VM'), counted(1, 'VM'), counted(1200, 'VM')]).toEqual(['0 VMs', '1 VM', '1,200 VMs']);
  });

  it('repeats the date only where it changes', () => {
    const from = new Date(2026, 10, 23, 18, 34, 35).getTime();
    expect(dateRange(from, from + 60_000)).toBe('23 Nov 2026, 18:34:35 – 18:35:35');
    expect(dateRange(from, from + 24 * 3_600_000)).toBe('23 Nov 2026, 18:34:35 – 24 Nov 2026, 18:34:35');
  });
});
