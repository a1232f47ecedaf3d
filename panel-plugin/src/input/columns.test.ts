import { describe, expect, it } from '@jest/globals';
import { brokenBySilence, column, isNumber, isText, numberFrom, silenceOf, stepOf, timeFrom } from './columns.ts';

const field = (values: unknown[], type?: string) => ({ name: 'f', type, values });

describe('column', () => {
  it('reads in one pass what is in order', () => {
    expect(column(field([1, 2, 3], 'time'), field([5, null, NaN], 'number'), numberFrom)).toEqual({
      times: [1, 2, 3],
      values: [5, null, null],
      bad: 0,
    });
  });

  it('sorts what is not, and of one time takes the last row', () => {
    expect(column(field([3, 1, 3, 2], 'time'), field([1, 2, 3, 4], 'number'), numberFrom)).toEqual({
      times: [1, 2, 3],
      values: [2, 4, 3],
      bad: 0,
    });
  });

  it('counts rows without a time, and survives columns of different lengths', () => {
    expect(column(field([null, NaN, 'x', {}, 4], 'time'), field([1], 'number'), numberFrom)).toEqual({
      times: [4],
      values: [null],
      bad: 4,
    });
  });

  it('reads a million rows', () => {
    const times = Array.from({ length: 1_000_000 }, (_, i) => i);
    expect(column(field(times, 'time'), field(times, 'number'), numberFrom).times).toHaveLength(1_000_000);
  });
});

describe('times and types', () => {
  it('a time is a number of ms, a date or a text with one', () => {
    expect([7, '1970-01-01T00:00:01Z', new Date(5), '', null, 'soon', Infinity].map(timeFrom)).toEqual([
      7,
      1000,
      5,
      null,
      null,
      null,
      null,
    ]);
  });

  it('a field without a type is what its first value is', () => {
    expect(isNumber(field([null, 3]))).toBe(true);
    expect(isText(field([null, 'x']))).toBe(true);
    expect(isNumber(field([]))).toBe(false);
    expect(isText(field([1], 'string'))).toBe(true);
  });
});

describe('silence', () => {
  it('is beyond three steps, and never under half a minute', () => {
    expect([silenceOf(1000), silenceOf(60_000)]).toEqual([30_000, 180_000]);
  });

  it('knows the step from the data source, else from the median distance', () => {
    expect(stepOf([0, 10, 20, 30, 900])).toBe(10);
    expect(stepOf([0, 10], { name: 'Time', config: { interval: 60_000 }, values: [] })).toBe(60_000);
    expect([stepOf([]), stepOf([5]), stepOf([5, 5])]).toEqual([15_000, 15_000, 15_000]);
  });

  it('breaks a line one step after the last sample before it', () => {
    const broken = brokenBySilence({ times: [0, 10_000, 100_000], values: [1, 2, 3] }, 10_000);
    expect(broken).toEqual({ times: [0, 10_000, 20_000, 100_000], values: [1, 2, null, 3] });
  });
});
