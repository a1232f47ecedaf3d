import { describe, expect, it } from '@jest/globals';
import { selectionFrom, selectionText, type Selection } from './selection.ts';

describe('a selection in an address', () => {
  it.each<Selection>([
    { lane: 'operations', ids: ['op-1.2'], open: 'op-1.2' },
    { lane: 'alarms', ids: ['nc:h A/1'], open: 'nc:h A/1' },
    { lane: 'verdicts', ids: ['v1'], open: 'v1' },
    { lane: 'state', at: 1_700_000_000_000 },
  ])('comes back as it was: %j', (selection) => {
    expect(selectionFrom(selectionText(selection) ?? '')).toEqual(selection);
  });

  it('is not there for a crowd', () => {
    expect(selectionText({ lane: 'alarms', ids: ['a', 'b'], open: null })).toBeNull();
  });

  it.each(['', '.', 'operations', 'operations.', 'guests.x', 'state.', 'state.now', 'state.-1', 'state.1e999', '.x'])(
    'is nothing where the address says %j',
    (text) => {
      expect(selectionFrom(text)).toBeNull();
    },
  );
});
