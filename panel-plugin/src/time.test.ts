import { describe, expect, it } from '@jest/globals';
import { duration, tickLabel, type TimeWriter } from './time.ts';

const writer: TimeWriter = { format: (_, pattern) => pattern, zoneOffsetMs: () => 0 };

describe('duration', () => {
  it.each([
    [0, '0 ms'],
    [80.4, '80 ms'],
    [12_400, '12.4 s'],
    [60_000, '1 min'],
    [91_100, '1 min 31 s'],
    [3_840_000, '1 h 4 min'],
    [90_000_000, '1 d 1 h'],
  ])('writes %d ms as %s', (ms, text) => expect(duration(ms)).toBe(text));
});

describe('tickLabel (A15)', () => {
  it.each([
    [200, 'HH:mm:ss.SSS', 'YYYY-MM-DD'],
    [5000, 'HH:mm:ss', 'YYYY-MM-DD'],
    [60_000, 'HH:mm', 'YYYY-MM-DD'],
    [86_400_000, 'MM-DD', 'YYYY'],
    [31 * 86_400_000, 'YYYY-MM', ''],
  ])('is as fine as ticks %d ms apart ask for', (stepMs, time, date) =>
    expect(tickLabel(writer, 0, stepMs)).toEqual({ time, date }),
  );
});
