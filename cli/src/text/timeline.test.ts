import { describe, expect, it } from '@jest/globals';
import { timelineText, type TimelineText } from './timeline.ts';

const T = Date.UTC(2026, 10, 25, 2);
const empty: TimelineText = {
  vm: { uuid: '11111111-1111-4111-8111-111111111111', name: 'web' },
  from: T,
  to: T + 40_000,
  now: T + 40_000,
  cpu: [],
  state: [],
  operations: [],
  alarms: [],
};
const lineOf = (text: string, name: string): string => {
  const line = text.split('\n').find((one) => one.startsWith(name));
  if (line === undefined) throw new Error(`${name} is not there`);
  return line.slice(7);
};

describe('a timeline as text (A12-A17)', () => {
  it('says that nothing is known', () => {
    expect(timelineText(empty, 47)).toContain('Nothing is known of this time.');
    expect(lineOf(timelineText(empty, 47), 'state')).toBe('');
  });

  it('draws nothing after what is known, and the worst state where several share a column', () => {
    const state = [
      { time: T, timeEnd: T + 10_000, state: 'running', raw: 'running (booted)' },
      { time: T + 10_000, timeEnd: T + 10_100, state: 'abnormal', raw: 'paused (ioerror)' },
      { time: T + 10_100, timeEnd: null, state: 'running', raw: 'running (unpaused)' },
    ];
    const text = timelineText({ ...empty, state, now: T + 20_000 }, 47);
    expect(lineOf(text, 'state')).toBe(`${'█'.repeat(10)}X${'█'.repeat(9)}`);
  });

  it('keeps a CPU spike, fills the stretch that a value is of, and breaks the line where nothing was read', () => {
    const cpu = [
      { time: T + 1000, cpu: 0 },
      { time: T + 5000, cpu: 1, cpuMax: 100 },
      { time: T + 10_000, cpu: null },
      { time: T + 12_000, cpu: 50 },
    ];
    expect(lineOf(timelineText({ ...empty, cpu }, 47), 'CPU')).toBe(' ▁████     ▅▅');
  });

  it('tells what happened in order, with results, causes and ids', () => {
    const operation = {
      time: T + 3000,
      timeEnd: T + 4250,
      id: 'op-1',
      kind: 'migrate',
      initiator: 'admin',
      result: 'failed',
    };
    const alarm = {
      time: T + 2000,
      timeEnd: null,
      id: 'al-1',
      level: 'critical',
      name: 'VM crashed',
      cause: 'panic',
      occurrences: 2,
    };
    const text = timelineText(
      { ...empty, operations: [{ ...operation, cause: 'NC is in isolated state' }], alarms: [alarm] },
      47,
    );
    const told = text.split('\n').filter((line) => line.includes('['));
    expect(told.map((line) => line.replace(/^ +\S+ +/, ''))).toEqual([
      'alarm      critical VM crashed: panic (not cleared, 2 times)  [al-1]',
      'operation  migrate by admin: failed after 1.25 s (NC is in isolated state)  [op-1]',
    ]);
  });

  it('gives the terminal no control characters of others', () => {
    const name = 'web\u001b]0;owned\u0007\u202e';
    expect(timelineText({ ...empty, vm: { ...empty.vm, name } }, 47)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  });
});
