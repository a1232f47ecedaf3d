import { describe, expect, it } from '@jest/globals';
import { widthBeside } from './beside.ts';

describe('widthBeside (A18)', () => {
  it.each([
    ['lays the chart out in what the drawer leaves free', 1160, 600.4, 600],
    ['leaves a panel that the drawer does not reach as it is', 500, 880, 500],
    ['leaves a panel that ends where the drawer begins as it is', 880, 880, 880],
    ['takes as little as 420 pixels', 800, 420, 420],
    ['lets the drawer lie over the chart where less would remain', 800, 419.9, 800],
    ['lets the drawer lie over a panel that is wholly under it', 500, -40, 500],
    ['gives the whole width when no drawer is open', 1160, Infinity, 1160],
  ])('%s', (_, width, room, expected) => {
    expect(widthBeside(width, room)).toBe(expected);
  });
});
