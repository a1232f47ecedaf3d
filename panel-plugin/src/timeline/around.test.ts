import { describe, expect, it } from '@jest/globals';
import { around } from './around.ts';
import { timelineFromFrames } from './frames.ts';
import { frame } from './testing.ts';

const timeline = timelineFromFrames([
  frame('state', { time: [0, 500], timeEnd: [500, 900], state: ['running', 'abnormal'] }),
  frame('operations', {
    time: [100, 480],
    timeEnd: [110, 490],
    id: ['o1', 'o2'],
    kind: ['stop', 'start'],
    result: ['ok', 'failed'],
  }),
  frame('alarms', { time: [501], timeEnd: [null], id: ['a1'], name: ['A'], level: ['minor'] }),
]);
const found = (at: number, more: Partial<Parameters<typeof around>[2]> = {}) =>
  around(timeline, at, { but: null, most: 5, reachMs: 1000, ...more }).map(({ lane, at: when }) => `${lane} ${when}`);

describe('what else happened around a time', () => {
  it('is what began before and after it, in order of time, without the record that is asked about', () => {
    expect(found(500, { but: { lane: 'state', index: 1 } })).toEqual([
      'state 0',
      'operations 100',
      'operations 480',
      'alarms 501',
    ]);
  });

  it('is the nearest of each side, and nothing that is far away', () => {
    expect(found(490, { most: 1 })).toEqual(['operations 480', 'state 500']);
    expect(found(490, { reachMs: 15 })).toEqual(['operations 480', 'state 500', 'alarms 501']);
  });
});
