import { describe, expect, it } from '@jest/globals';
import type { OperatorState } from '@faultline/contracts';
import { actsOn, requestOf } from './acts.ts';

const alarm = (state: OperatorState, cleared?: number) => ({
  operator: { state, by: null, at: null, note: null, until: null },
  ...(cleared !== undefined && { cleared }),
});

describe('what operators do about an alarm', () => {
  it.each<[OperatorState, number | undefined, string]>([
    ['none', undefined, 'acknowledge shelve note close'],
    ['acknowledged', undefined, 'shelve note close'],
    ['shelved', undefined, 'acknowledge shelve unshelve note close'],
    ['closed', undefined, 'note'],
    ['none', 1, 'acknowledge note close'],
  ])('of one that is %s (cleared: %s) is %s', (state, cleared, acts) => {
    expect(actsOn(alarm(state, cleared)).join(' ')).toBe(acts);
  });

  it('is sent with its reason, and a shelf with its end by the clock of the OMS', () => {
    const said = { by: ' ana ', note: ' on it ', spanMs: 10, now: 1_000 };
    expect(requestOf('a/b', 'acknowledge', said)).toEqual({
      path: '/api/v1/alarms/a%2Fb/acknowledge',
      body: { by: 'ana', note: 'on it' },
    });
    expect(requestOf('a', 'shelve', { ...said, by: '', note: '' })).toEqual({
      path: '/api/v1/alarms/a/shelve',
      body: { until: 1_010 },
    });
  });
});
