import { describe, expect, it } from '@jest/globals';
import { Alarm, type DrawnState } from '@faultline/contracts';
import { Value } from 'typebox/value';
import type { Segment } from '../states/index.ts';
import { judge, type Watched } from './judge.ts';

const UUID = '11111111-1111-4111-8111-111111111111';
const TIMES = { now: 100_000, since: 0, staleAfterMs: 45_000 };

const segment = (state: DrawnState, from: number): Segment => ({
  ...{ from, to: 100_000, open: true, state, raw: { state: 'paused', reason: 'ioerror' }, host: 'hA', source: 'host' },
});
const watched = (more: Partial<Watched> & { lastSeen?: number } = {}): Watched => ({
  vm: { uuid: UUID, name: 'web', host: 'hA', firstSeen: 0, lastSeen: more.lastSeen ?? 99_000 },
  ...{ isImportant: true, state: segment('running', 10_000), open: {} },
  ...more,
});
const judged = (more: Parameters<typeof watched>[0], times: Partial<typeof TIMES> = {}): Alarm[] => {
  const alarms = judge(watched(more), { ...TIMES, ...times });
  expect(alarms.every((alarm) => Value.Check(Alarm, alarm))).toBe(true);
  return alarms;
};
const [abnormal] = judged({ state: segment('abnormal', 50_000) });
const [unobserved] = judged({ state: null, lastSeen: 40_000 });
if (abnormal === undefined || unobserved === undefined) throw new Error('nothing was raised');

describe('the watch over an important VM (A5)', () => {
  it('raises that it is abnormal as of when it became so, and nothing while it is well', () => {
    expect(abnormal).toMatchObject({
      ...{ key: `important-abnormal/${UUID}`, level: 'critical', source: 'oms', host: 'hA', raised: 50_000 },
      cause: 'libvirt on hA says paused (ioerror)',
    });
    for (const state of ['running', 'dormant', 'stopped'] as const) {
      expect(judged({ state: segment(state, 50_000) })).toEqual([]);
    }
  });

  it('raises nothing twice', () => {
    expect(judged({ state: segment('abnormal', 50_000), open: { abnormal } })).toEqual([]);
    expect(judged({ state: null, lastSeen: 40_000, open: { unobserved } })).toEqual([]);
  });

  it('clears it as of when the VM became well, and never before it was raised', () => {
    expect(judged({ state: segment('running', 80_000), open: { abnormal } })).toMatchObject([{ cleared: 80_000 }]);
    expect(judged({ state: segment('running', 20_000), open: { abnormal } })).toMatchObject([{ cleared: 50_000 }]);
  });

  it('says that it is not seen, and not that it failed, after a long silence (F3)', () => {
    expect(unobserved).toMatchObject({
      ...{ key: `important-unobserved/${UUID}`, level: 'major', category: 'communications', raised: 40_000 },
      cause: 'nothing was heard of it since 1970-01-01T00:00:40.000Z; whether it runs is not known',
    });
    expect(judged({ state: null, lastSeen: 55_000 })).toEqual([]);
    expect(judged({ state: null, lastSeen: 54_999 })).toHaveLength(1);
    expect(judged({ lastSeen: 54_999 })).toEqual([]);
  });

  it('clears nothing because of silence, and the silence as of when the VM was seen again', () => {
    const both = judged({ state: null, lastSeen: 40_000, open: { abnormal } });
    expect(both).toMatchObject([{ key: unobserved.key, raised: 40_000 }]);
    const seen = judged({ state: segment('abnormal', 50_000), lastSeen: 98_000, open: { abnormal, unobserved } });
    expect(seen).toMatchObject([{ id: unobserved.id, cleared: 98_000 }]);
  });

  it('does not take its own absence for silence of the VM', () => {
    expect(judged({ state: null, lastSeen: 1000 }, { since: 60_000 })).toEqual([]);
    expect(judged({ state: null, lastSeen: 1000 }, { since: 54_000 })).toHaveLength(1);
  });

  it('clears everything of a VM that is not important any more, and raises nothing of it', () => {
    const open = { abnormal, unobserved };
    const over = judged({ isImportant: false, state: segment('abnormal', 50_000), open });
    expect(over.map(({ key, cleared }) => [key, cleared])).toEqual([
      [abnormal.key, 100_000],
      [unobserved.key, 100_000],
    ]);
    expect(judged({ isImportant: false, state: segment('abnormal', 50_000) })).toEqual([]);
  });
});
