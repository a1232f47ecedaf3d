import { describe, expect, it } from '@jest/globals';
import { chartAround } from './chartLink.ts';

const MINUTE = 60_000;
const rangeOf = (from: number, to: number | undefined, now: number) => {
  const search = new URL(chartAround('u', from, to, now), 'http://oms').searchParams;
  expect(search.get('vm')).toBe('u');
  const minuteOf = (text: string | null) => (text === 'now' ? text : Date.parse(text ?? '') / MINUTE);
  return [minuteOf(search.get('from')), minuteOf(search.get('to'))];
};

describe('the chart around something', () => {
  it('shows some minutes before and after it, more around what took long', () => {
    expect(rangeOf(100 * MINUTE, 100 * MINUTE, 500 * MINUTE)).toEqual([98, 102]);
    expect(rangeOf(100 * MINUTE, 140 * MINUTE, 500 * MINUTE)).toEqual([90, 150]);
  });

  it('goes on until now where it is not over, or just was', () => {
    expect(rangeOf(100 * MINUTE, undefined, 108 * MINUTE)).toEqual([98, 'now']);
    expect(rangeOf(100 * MINUTE, 101 * MINUTE, 102 * MINUTE)).toEqual([98, 'now']);
    expect(rangeOf(MINUTE, undefined, 0)).toEqual([0, 'now']);
  });
});
