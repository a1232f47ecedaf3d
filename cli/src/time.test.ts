import { describe, expect, it } from '@jest/globals';
import { lasting, momentOf } from './time.ts';

const NOW = Date.UTC(2026, 10, 25, 2);

describe('moments as people write them', () => {
  it.each<[string, number | undefined]>([
    ['now', NOW],
    ['90m', NOW - 5_400_000],
    ['-90m', NOW - 5_400_000],
    ['2026-11-25T01:00Z', NOW - 3_600_000],
    ['2026-11-25 01:00Z', NOW - 3_600_000],
    ['2026-11-25T03:00+02:00', NOW - 3_600_000],
    ['yesterday', undefined],
    ['1', undefined],
    ['', undefined],
    ['2026-13-45', undefined],
    ['1e9h', undefined],
    ['99999999999h', undefined],
  ])('reads %j', (text, at) => {
    expect(momentOf(text, NOW)).toBe(at);
  });

  it.each<[number, string]>([
    [0, '0 ms'],
    [12.4, '12 ms'],
    [1250, '1.25 s'],
    [200_000, '3 min 20 s'],
    [3_600_000, '1 h'],
    [93_600_000, '1 d 2 h'],
  ])('writes %d ms as %s', (ms, words) => {
    expect(lasting(ms)).toBe(words);
  });
});
