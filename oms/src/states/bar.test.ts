import { describe, expect, it } from '@jest/globals';
import type { RawState } from '@faultline/contracts';
import { drawBar, type Gap, type StateInterval } from './bar.ts';

const OPTIONS = { now: 1000, staleAfterMs: 15, transientLimitMs: 100 };
const RAW: Record<string, RawState> = {
  running: { state: 'running', reason: 'booted' },
  crashed: { state: 'crashed', reason: 'panicked' },
  off: { state: 'shutoff', reason: 'destroyed' },
  migrating: { state: 'paused', reason: 'migration' },
  migrated: { state: 'shutoff', reason: 'migrated' },
  ending: { state: 'shutdown', reason: 'user' },
  user: { state: 'paused', reason: 'user' },
};

const on = (from: number, to: number, raw: string, host = 'hA'): StateInterval => ({
  host,
  from,
  to,
  raw: RAW[raw] ?? { state: 'nostate', reason: 'unknown' },
  source: 'host',
});

/** The bar in one line: `running 0-10, crashed 10-`. */
const bar = (intervals: StateInterval[], gaps: Gap[] = [], options = OPTIONS): string =>
  drawBar(intervals, gaps, options)
    .map(({ from, to, open, state, host }) => `${state} ${from}-${open ? '' : to}${host === 'hA' ? '' : ` ${host}`}`)
    .join(', ');

describe('the state bar (A13)', () => {
  it('is continuous: a state holds until the next one begins', () => {
    expect(bar([on(0, 100, 'running'), on(110, 500, 'crashed'), on(505, 990, 'off')])).toBe(
      'running 0-110, abnormal 110-505, stopped 505-',
    );
  });

  it('claims nothing in a silence longer than the limit', () => {
    expect(bar([on(0, 100, 'running'), on(116, 500, 'running')])).toBe('running 0-100, running 116-500');
  });

  it('ends the last state where it was last confirmed, once that is too long ago', () => {
    expect(bar([on(0, 985, 'running')])).toBe('running 0-');
    expect(bar([on(0, 984, 'running')])).toBe('running 0-984');
  });

  it('draws nothing past the present', () => {
    expect(bar([on(0, 2000, 'running'), on(2001, 2002, 'off')])).toBe('running 0-');
  });

  it('never bridges a gap that was reported', () => {
    const gap = { host: 'hA', from: 100, to: 110 };
    expect(bar([on(0, 500, 'running')], [gap])).toBe('running 0-100, running 110-500');
    expect(bar([on(0, 100, 'running'), on(110, 500, 'off')], [gap])).toBe('running 0-100, stopped 110-500');
    expect(bar([on(0, 995, 'running')], [{ host: 'hA', from: 995, to: Infinity }])).toBe('running 0-995');
    expect(bar([on(0, 500, 'running')], [{ ...gap, host: 'hB' }])).toBe('running 0-500');
  });

  it('keeps what was seen in the middle of a gap as the moment that it is', () => {
    const gap = { host: 'hA', from: 100, to: 130 };
    expect(bar([on(0, 100, 'running'), on(105, 105, 'crashed'), on(130, 500, 'off')], [gap])).toBe(
      'running 0-100, abnormal 105-105, stopped 130-500',
    );
  });

  it('drops a state that another replaced in the same millisecond', () => {
    expect(bar([on(0, 100, 'running'), on(105, 105, 'crashed'), on(105, 500, 'off')])).toBe(
      'running 0-105, stopped 105-500',
    );
  });

  it('merges a passing state into the one before, and calls it abnormal over the time limit (A23a)', () => {
    expect(bar([on(0, 100, 'running'), on(100, 150, 'migrating'), on(160, 300, 'running')])).toBe(
      'running 0-100, running 100-160, running 160-300',
    );
    expect(bar([on(0, 100, 'user'), on(100, 300, 'migrating')])).toBe(
      'dormant 0-100, dormant 100-200, abnormal 200-300',
    );
    expect(bar([on(0, 100, 'running'), on(100, 300, 'ending')])).toBe(
      'running 0-100, stopped 100-200, abnormal 200-300',
    );
    expect(bar([on(850, 1000, 'ending')])).toBe('stopped 850-950, abnormal 950-');
  });

  it('does not guess the state before when there was silence before it', () => {
    expect(bar([on(0, 100, 'running'), on(200, 310, 'migrating')])).toBe('running 0-100, abnormal 300-310');
  });

  it('hands a migrated VM over: no stop is drawn, and the other host goes on', () => {
    const source = [on(0, 100, 'running'), on(100, 110, 'migrating'), on(110, 995, 'migrated')];
    const target = [on(95, 105, 'migrating', 'hB'), on(106, 995, 'running', 'hB')];
    expect(bar([...source, ...target])).toBe('running 0-100, running 100-106, running 106- hB');
  });

  it('believes the host that has the process over one that only has a definition', () => {
    expect(bar([on(0, 995, 'running'), on(500, 995, 'off', 'hB')])).toBe('running 0-');
    expect(bar([on(0, 500, 'running'), on(500, 995, 'crashed'), on(300, 995, 'off', 'hB')])).toBe(
      'running 0-500, abnormal 500-',
    );
  });

  it('is empty where nothing is known', () => {
    expect(bar([])).toBe('');
    expect(bar([on(0, 10, 'nothing')])).toBe('');
  });
});
