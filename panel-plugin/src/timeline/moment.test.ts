import { describe, expect, it } from '@jest/globals';
import { timelineFromFrames } from './frames.ts';
import { momentAt } from './moment.ts';
import { frame } from './testing.ts';

const timeline = timelineFromFrames([
  frame('cpu', { time: [0, 100, 200, 300], cpu: [10, 20, null, 40] }),
  frame('state', { time: [0, 200], timeEnd: [100, null], state: ['running', 'abnormal'] }),
  frame('operations', {
    time: [50, 400],
    timeEnd: [60, null],
    id: ['stop', 'run'],
    kind: ['stop', 'start'],
    result: ['ok', 'running'],
  }),
  frame('alarms', { time: [250], timeEnd: [350], id: ['a'], name: ['A'], level: ['minor'] }),
]);
const at = (time: number) => {
  const { cpu, state, operations, alarms } = momentAt(timeline, time, 5);
  return [cpu, state?.state ?? null, operations.map((mark) => mark.id), alarms.map((mark) => mark.id)];
};

describe('momentAt', () => {
  it('tells all that held at a moment', () => {
    expect(at(55)).toEqual([20, 'running', ['stop'], []]);
    expect(at(300)).toEqual([40, 'abnormal', [], ['a']]);
  });

  it('knows no state in a gap and no CPU in a break', () => {
    expect(at(150)).toEqual([null, null, [], []]);
  });

  it('counts what still runs up to now', () => {
    expect(at(999)[2]).toEqual(['run']);
  });

  it('knows nothing before all records', () => {
    expect(at(-500)).toEqual([null, null, [], []]);
  });
});
