import { describe, expect, it } from '@jest/globals';
import { timelineFromFrames } from './frames.ts';
import { frame, VM } from './testing.ts';

const cpu = frame('cpu', { time: [100, 200], cpu: [10, null] });
const state = frame('state', {
  time: [0, 500],
  timeEnd: [400, null],
  state: ['running', 'abnormal'],
  raw: ['running (booted)', 'crashed (panicked)'],
  host: ['h', 'h'],
  source: ['s', 's'],
});
const operations = frame('operations', {
  time: [50],
  timeEnd: [60],
  id: ['o1'],
  kind: ['stop'],
  initiator: ['admin'],
  result: ['failed'],
  cause: ['no'],
});
const alarms = frame('alarms', {
  time: [70],
  timeEnd: [null],
  id: ['a1'],
  name: ['Guest panicked'],
  category: ['processing'],
  level: ['critical'],
  cause: ['panic'],
  occurrences: [2],
  suppressed: ['silenced'],
});

describe('timelineFromFrames', () => {
  it('reads how far the samples of a point went, and how many states one stands for', () => {
    const summed = frame('cpu', { time: [100], cpu: [10], cpuMin: [2], cpuMax: [99] });
    const merged = frame('state', { time: [0], timeEnd: [400], state: ['abnormal'], count: [7] });
    const { cpu: samples, states } = timelineFromFrames([summed, merged, operations, alarms]);
    expect(samples).toEqual({ times: [100], values: [10], lows: [2], highs: [99] });
    expect(states[0]?.count).toBe(7);
  });

  it('reads the four frames of the contract', () => {
    expect(timelineFromFrames([cpu, state, operations, alarms])).toEqual({
      vm: VM,
      now: 1000,
      heard: 1000,
      cpu: { times: [100, 200], values: [10, null], lows: [10, null], highs: [10, null] },
      states: [
        { from: 0, to: 400, state: 'running', raw: 'running (booted)', host: 'h', source: 's', count: 1 },
        { from: 500, to: 1000, state: 'abnormal', raw: 'crashed (panicked)', host: 'h', source: 's', count: 1 },
      ],
      operations: [{ id: 'o1', from: 50, to: 60, kind: 'stop', initiator: 'admin', result: 'failed', cause: 'no' }],
      alarms: [
        {
          id: 'a1',
          from: 70,
          to: null,
          name: 'Guest panicked',
          category: 'processing',
          level: 'critical',
          cause: 'panic',
          occurrences: 2,
          operator: '',
          suppressed: 'silenced',
        },
      ],
      verdicts: [],
      counted: { operations: [], alarms: [] },
      hosts: [],
      connectivity: [],
      others: [],
      problems: [],
    });
  });

  it('ends what is still so at the last moment heard of, not at the clock: silence is not a state', () => {
    const silent = frame('state', { time: [0], timeEnd: [null], state: ['running'] }, { lastSeen: 300 });
    expect(timelineFromFrames([silent]).states).toMatchObject([{ from: 0, to: 300 }]);
  });

  it('draws nothing past the clock of the OMS', () => {
    const timeline = timelineFromFrames([
      frame('cpu', { time: [900, 1100], cpu: [1, 2] }),
      frame('state', { time: [0], timeEnd: [2000], state: ['running'] }, { lastSeen: 5000 }),
    ]);
    expect(timeline.cpu.times).toEqual([900]);
    expect(timeline.states).toMatchObject([{ to: 1000 }]);
  });

  it('sorts rows, drops those without a time or an id, and says how many', () => {
    const timeline = timelineFromFrames([
      frame('operations', {
        time: [30, null, 10, 20, NaN],
        timeEnd: [31, 1, null, 21, 1],
        id: ['c', 'x', 'a', '', 'y'],
        kind: ['start', 'start', 'stop', 'stop', 'stop'],
        result: ['ok', 'ok', 'ok', 'ok', 'ok'],
      }),
    ]);
    expect(timeline.operations.map((mark) => mark.id)).toEqual(['a', 'c']);
    expect(timeline.problems).toContainEqual({ kind: 'bad-rows', frame: 'operations', count: 3 });
  });

  it('keeps the last of rows with one id', () => {
    const timeline = timelineFromFrames([
      frame('operations', {
        time: [10, 10],
        timeEnd: [null, 20],
        id: ['a', 'a'],
        kind: ['start', 'start'],
        result: ['running', 'ok'],
      }),
    ]);
    expect(timeline.operations).toMatchObject([{ id: 'a', to: 20, result: 'ok' }]);
  });

  it('lets a later state cut an earlier one that overlaps it', () => {
    const timeline = timelineFromFrames([
      frame('state', { time: [100, 0], timeEnd: [200, 500], state: ['abnormal', 'running'] }),
    ]);
    expect(timeline.states.map(({ from, to, state }) => [from, to, state])).toEqual([
      [0, 100, 'running'],
      [100, 200, 'abnormal'],
    ]);
  });

  it('keeps words it does not know apart from those it does', () => {
    const timeline = timelineFromFrames([
      frame('state', { time: [0], timeEnd: [10], state: ['exploded'] }),
      frame('operations', { time: [0], timeEnd: [1], id: ['a'], kind: ['melt'], result: ['perhaps'] }),
      frame('alarms', { time: [0], timeEnd: [1], id: ['a'], name: [''], level: ['terrible'] }),
    ]);
    expect(timeline.states).toMatchObject([{ state: 'unknown', raw: 'exploded' }]);
    expect(timeline.operations).toMatchObject([{ kind: 'melt', result: 'timeout' }]);
    expect(timeline.alarms).toMatchObject([{ name: '?', level: 'indeterminate', occurrences: 1 }]);
  });

  it('says which frame lacks which field, and reads the others', () => {
    const timeline = timelineFromFrames([cpu, frame('state', { time: [0], timeEnd: [1] }), operations, alarms]);
    expect(timeline.problems).toEqual([{ kind: 'missing-field', frame: 'state', field: 'state' }]);
    expect(timeline.states).toEqual([]);
    expect(timeline.operations).toHaveLength(1);
  });

  it('says which frame is missing', () => {
    expect(timelineFromFrames([cpu, state, alarms]).problems).toEqual([{ kind: 'missing-frame', frame: 'operations' }]);
  });

  it('knows frames that are not ours', () => {
    const timeline = timelineFromFrames([{ name: 'up', fields: [{ name: 'Value', values: [1] }] }]);
    expect(timeline.vm).toBeNull();
    expect(timeline.problems).toEqual([{ kind: 'foreign-frame', frame: 'up', fields: ['Value'] }]);
  });

  it('shows the first of several VMs and names the others', () => {
    const other = frame('cpu', { time: [1], cpu: [99] }, { vm: { uuid: 'b', name: 'guest-2' } });
    const timeline = timelineFromFrames([cpu, state, operations, alarms, other]);
    expect(timeline.cpu.values).toEqual([10, null]);
    expect(timeline.problems).toEqual([{ kind: 'several-vms', shown: 'guest-1', others: ['guest-2'] }]);
  });

  it('takes frames with nothing in them, columns of different lengths, and meta of another shape', () => {
    expect(timelineFromFrames([{ name: 'cpu', fields: [] }]).vm).not.toBeNull();
    expect(timelineFromFrames([frame('cpu', { time: [1, 2], cpu: [5] })]).cpu.values).toEqual([5, null]);
    expect(timelineFromFrames([frame('cpu', { time: [1], cpu: [5] }, { vm: 7, now: 'x' })]).now).toBe(Infinity);
  });
});
