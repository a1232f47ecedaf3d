import { describe, expect, it } from '@jest/globals';
import { timelineFromFrames } from './frames.ts';
import { cpuSummary, tableOf } from './table.ts';
import { frame } from './testing.ts';

const timeline = timelineFromFrames([
  frame('cpu', { time: [100, 200, 900], cpu: [10, 30, 80], cpuMin: [5, 20, 80], cpuMax: [15, 99, 80] }),
  frame('state', { time: [0, 500], timeEnd: [500, null], state: ['running', 'abnormal'], raw: ['r', 'crashed (x)'] }),
  frame('operations', {
    time: [50],
    timeEnd: [60],
    id: ['o1'],
    kind: ['stop'],
    initiator: ['admin'],
    result: ['failed'],
    cause: ['no'],
  }),
  frame('alarms', { time: [70], timeEnd: [null], id: ['a1'], name: ['Panic'], level: ['critical'], cause: ['x'] }),
  frame('alarmBuckets', { time: [400], timeEnd: [450], count: [12], worst: ['minor'] }),
  frame('verdicts', { time: [600], id: ['v1'], fault: ['vm'], recommended: ['restart'] }),
]);

describe('the timeline as a table', () => {
  it('has a row for everything that the chart shows, in order of time', () => {
    const rows = tableOf(timeline, { from: 0, to: 1000 }, new Set());
    expect(rows.map(({ layer, from, value }) => [layer, from, value])).toEqual([
      ['state', 0, 'running'],
      ['operations', 50, 'failed'],
      ['alarms', 70, 'critical'],
      ['alarms', 400, 'minor'],
      ['state', 500, 'abnormal'],
      ['verdicts', 600, 'vm'],
    ]);
    expect(rows[1]).toMatchObject({ to: 60, what: 'stop', detail: 'admin: no', id: 'o1' });
  });

  it('leaves out what is outside the range or switched off, and never the state', () => {
    const rows = tableOf(timeline, { from: 80, to: 450 }, new Set(['alarms', 'operations']));
    expect(rows.map(({ layer }) => layer)).toEqual(['state']);
  });

  it('sums the CPU of the range up with its lowest and highest single sample', () => {
    expect(cpuSummary(timeline, { from: 0, to: 300 })).toEqual({ mean: 20, low: 5, high: 99 });
    expect(cpuSummary(timeline, { from: 300, to: 400 })).toBeNull();
  });
});
