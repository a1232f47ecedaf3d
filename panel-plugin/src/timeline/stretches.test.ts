import { describe, expect, it } from '@jest/globals';
import { timelineFromFrames } from './frames.ts';
import { frame } from './testing.ts';

/** The VM moved from a to b at 500. */
const states = frame('state', {
  time: [100, 500],
  timeEnd: [500, 900],
  state: ['running', 'running'],
  host: ['a', 'b'],
});

const hostsOf = (rows: Record<string, unknown[]>) =>
  timelineFromFrames([states, frame('hostState', rows)]).hosts.map(({ from, to, host, state }) => [
    from,
    to,
    host,
    state,
  ]);

describe('the host of a VM', () => {
  it('is the one that it was on, before its first and after its last word too', () => {
    expect(
      hostsOf({
        time: [0, 0],
        timeEnd: [null, null],
        host: ['a', 'b'],
        reached: [true, true],
        state: ['normal', 'abnormal'],
      }),
    ).toEqual([
      [0, 500, 'a', 'normal'],
      [500, 1000, 'b', 'abnormal'],
    ]);
  });

  it('is told by whether libvirtd was reached where nobody judged it, and by nothing that is not known', () => {
    expect(
      hostsOf({
        time: [0, 100, 200],
        timeEnd: [100, 200, 300],
        host: ['a', 'a', 'a'],
        reached: [true, false, true],
        state: [null, null, 'on fire'],
      }),
    ).toEqual([
      [0, 100, 'a', 'reached'],
      [100, 200, 'a', 'unreached'],
      [200, 300, 'a', 'unknown'],
    ]);
  });

  it('is abnormal before all else, and where nothing is known of its box only whether libvirtd was reached', () => {
    const host = ['a', 'a', 'a', 'a', 'a'];
    expect(
      hostsOf({
        time: [0, 100, 200, 300, 400],
        timeEnd: [100, 200, 300, 400, 500],
        host,
        reached: [true, false, false, true, true],
        state: ['abnormal', 'abnormal', 'normal', 'normal', 'unknown'],
      }).map(([, , , state]) => state),
    ).toEqual(['abnormal', 'abnormal', 'unreached', 'normal', 'reached']);
  });
});

describe('what looks into the guest found', () => {
  it('is cut where the next look begins and where nothing is known any more', () => {
    const { connectivity } = timelineFromFrames([
      states,
      frame('connectivity', { time: [0, 300, 950], timeEnd: [400, null, null], verdict: ['ok', 'both-abnormal', 'x'] }),
    ]);
    expect(connectivity.map(({ from, to, verdict }) => [from, to, verdict])).toEqual([
      [0, 300, 'ok'],
      [300, 950, 'both-abnormal'],
      [950, 1000, 'unknown'],
    ]);
  });
});

describe('what the OMS only counted', () => {
  it('is kept with the worst of it, and what is no count is left out', () => {
    const { counted } = timelineFromFrames([
      states,
      frame('operationBuckets', {
        time: [0, 10, 20],
        timeEnd: [10, 20, 30],
        count: [900, 0, 'many'],
        failed: [2, 0, 0],
        worst: ['failed', 'ok', 'ok'],
      }),
      frame('alarmBuckets', { time: [0], timeEnd: [10], count: [3], worst: ['dreadful'] }),
    ]);
    expect(counted).toEqual({
      operations: [{ from: 0, to: 10, count: 900, failed: 2, worst: 'failed' }],
      alarms: [{ from: 0, to: 10, count: 3, failed: 0, worst: 'indeterminate' }],
    });
  });
});
