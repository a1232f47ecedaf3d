import { describe, expect, it } from '@jest/globals';
import type { AlarmAct, AlarmHistoryEntry, AlarmOperator, OperatorState } from '@faultline/contracts';
import { decide, keptShelf, operatorAt, turnOf, UNTOUCHED, withShelfEnds, type AskedAct } from './operator.ts';

const NOW = 1000;
const DAY_MS = 86_400_000;

const standing = (state: OperatorState, until: number | null = state === 'shelved' ? 2000 : null): AlarmOperator => ({
  ...{ state, by: 'ana', at: 500, note: 'mine', until },
});
const asked = (act: AlarmAct, more: Partial<AskedAct> = {}): AskedAct => ({
  ...{ act, by: 'bob', note: null, until: act === 'shelve' ? 3000 : null },
  ...more,
});
const alarm = (operator: AlarmOperator, more: { cleared?: number; latest?: AlarmHistoryEntry } = {}) => ({
  ...{ id: 'a', operator, latest: undefined },
  ...more,
});
/** The state that the act leads to; `same` where nothing changes; the code of the refusal. */
function outcome(act: AlarmAct, from: AlarmOperator, more: { cleared?: number } = {}): string {
  try {
    return decide(alarm(from, more), asked(act), NOW)?.operator.state ?? 'same';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('what an operator does to an alarm', () => {
  it.each<[AlarmAct, string, string, string, string]>([
    // act, and what comes of it from: none, acknowledged, shelved, closed
    ['acknowledge', 'acknowledged', 'same', 'acknowledged', 'alarm-closed'],
    ['shelve', 'shelved', 'shelved', 'shelved', 'alarm-closed'],
    ['unshelve', 'same', 'same', 'none', 'alarm-closed'],
    ['close', 'closed', 'closed', 'closed', 'same'],
    ['note', 'none', 'acknowledged', 'shelved', 'closed'],
  ])('%s', (act, ...expected) => {
    const from = (['none', 'acknowledged', 'shelved', 'closed'] as const).map((state) => standing(state));
    expect(from.map((operator) => outcome(act, operator))).toEqual(expected);
  });

  it('says who, when and why, and keeps who dealt with it when somebody only adds a note', () => {
    expect(decide(alarm(standing('none')), asked('acknowledge', { note: 'on it' }), NOW)).toEqual({
      operator: { state: 'acknowledged', by: 'bob', at: NOW, note: 'on it', until: null },
      entry: { at: NOW, act: 'acknowledge', by: 'bob', from: 'none', to: 'acknowledged', note: 'on it', until: null },
    });
    expect(decide(alarm(standing('shelved')), asked('note', { note: 'waits for parts' }), NOW)?.operator).toEqual({
      ...standing('shelved'),
      note: 'waits for parts',
    });
  });

  it('takes a shelf again only with another end', () => {
    expect(decide(alarm(standing('shelved', 3000)), asked('shelve'), NOW)).toBeNull();
    expect(decide(alarm(standing('shelved', 2000)), asked('shelve'), NOW)?.operator.until).toBe(3000);
  });

  it('refuses a shelf without an end in the time to come, and one for what is silent already', () => {
    for (const until of [null, 0, NOW, NOW + 367 * DAY_MS]) {
      expect(() => decide(alarm(standing('none')), asked('shelve', { until }), NOW)).toThrow('a shelf must end');
    }
    expect(outcome('shelve', standing('none'), { cleared: 900 })).toBe('alarm-cleared');
    expect(outcome('acknowledge', standing('none'), { cleared: 900 })).toBe('acknowledged');
  });

  it('takes a note that is sent twice in a row for one', () => {
    const note = asked('note', { note: 'seen' });
    const first = decide(alarm(standing('none')), note, NOW);
    const latest = first?.entry as AlarmHistoryEntry;
    expect(decide(alarm(standing('none'), { latest }), note, NOW + 1)).toBeNull();
    expect(decide(alarm(standing('none'), { latest }), { ...note, by: 'ana' }, NOW + 1)).not.toBeNull();
  });

  it('keeps what is said with an act that changes nothing, once', () => {
    const again = asked('acknowledge', { note: 'the fan, too' });
    const step = decide(alarm(standing('acknowledged')), again, NOW);
    expect(step).toEqual({
      operator: { ...standing('acknowledged'), note: 'the fan, too' },
      entry: {
        ...{
          at: NOW,
          act: 'note',
          by: 'bob',
          from: 'acknowledged',
          to: 'acknowledged',
          note: 'the fan, too',
          until: null,
        },
      },
    });
    const first = decide(alarm(standing('none')), again, NOW);
    for (const done of [step, first]) {
      const latest = done?.entry as AlarmHistoryEntry;
      expect(decide(alarm(standing('acknowledged'), { latest }), again, NOW + 1)).toBeNull();
    }
  });

  it('finds an alarm as nobody’s when its shelf has ended', () => {
    expect(operatorAt(standing('shelved', NOW), NOW - 1).state).toBe('shelved');
    expect(operatorAt(standing('shelved', NOW), NOW)).toEqual({ ...UNTOUCHED, at: NOW });
    expect(decide(alarm(standing('shelved', NOW)), asked('acknowledge'), NOW)?.entry.from).toBe('none');
  });
});

describe('what news of an alarm do to it', () => {
  const news = (state: OperatorState, more: Partial<Parameters<typeof turnOf>[1]>) =>
    turnOf(standing(state), { before: 'minor', after: 'minor', recurs: false, ...more }, NOW)?.entry.act ?? null;

  it('takes back what was judged at a lower level, and nothing when it gets better', () => {
    const states = ['none', 'acknowledged', 'shelved', 'closed'] as const;
    expect(states.map((state) => news(state, { after: 'major' }))).toEqual([
      null,
      'worsening',
      'worsening',
      'worsening',
    ]);
    expect(states.map((state) => news(state, { after: 'warning' }))).toEqual([null, null, null, null]);
    expect(turnOf(standing('shelved'), { before: 'minor', after: 'critical', recurs: false }, NOW)).toEqual({
      operator: { ...UNTOUCHED, at: NOW },
      entry: {
        at: NOW,
        act: 'worsening',
        by: null,
        from: 'shelved',
        to: 'none',
        note: 'from minor to critical',
        until: null,
      },
    });
  });

  it('opens what was closed when it happens again, and leaves acknowledged what only does so', () => {
    expect(news('closed', { recurs: true })).toBe('recurrence');
    expect(news('acknowledged', { recurs: true })).toBeNull();
    expect(news('shelved', { recurs: true })).toBeNull();
  });

  it('leaves a condition that flaps on its shelf, until that ends or the condition is worse', () => {
    const earlier = { level: 'minor', operator: standing('shelved', 2000) } as const;
    expect(keptShelf(earlier, 'minor', NOW)).toMatchObject({ operator: { state: 'shelved', by: 'ana', until: 2000 } });
    expect(keptShelf(earlier, 'major', NOW)).toBeNull();
    expect(keptShelf(earlier, 'minor', 2000)).toBeNull();
    expect(keptShelf({ ...earlier, operator: standing('acknowledged') }, 'minor', NOW)).toBeNull();
    expect(keptShelf(undefined, 'minor', NOW)).toBeNull();
  });
});

describe('the history of an alarm', () => {
  const entry = (at: number, to: OperatorState, until: number | null = null): AlarmHistoryEntry => ({
    ...{ at, act: 'note', by: 'ana', from: 'none', to, note: null, until },
  });
  const ends = (history: AlarmHistoryEntry[]) => withShelfEnds(history, 100).map(({ act, at }) => [act, at]);

  it('tells when shelves ended by themselves', () => {
    expect(ends([entry(1, 'shelved', 50), entry(60, 'acknowledged')])).toEqual([
      ['note', 1],
      ['shelf-end', 50],
      ['note', 60],
    ]);
    expect(ends([entry(1, 'shelved', 50), entry(40, 'none')])).toHaveLength(2);
    expect(ends([entry(1, 'shelved', 50), entry(10, 'shelved'), entry(40, 'shelved', 90)])).toEqual([
      ['note', 1],
      ['note', 10],
      ['note', 40],
      ['shelf-end', 90],
    ]);
    expect(ends([entry(1, 'shelved', 101)])).toHaveLength(1);
  });
});
