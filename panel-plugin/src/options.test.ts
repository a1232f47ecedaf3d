import { describe, expect, it } from '@jest/globals';
import { DEFAULT_OPTIONS, hiddenLayers, migrated } from './options.ts';

describe('the options', () => {
  it('hide what is switched off, and what the reader turned since', () => {
    const options = { ...DEFAULT_OPTIONS, showAlarms: false };
    expect([...hiddenLayers(options, new Set())]).toEqual(['alarms']);
    expect([...hiddenLayers(options, new Set(['alarms', 'cpu']))]).toEqual(['cpu']);
  });

  it.each([
    [
      'of the first version',
      { showOperations: false, showAlarms: true, showLegend: false },
      { showOperations: false, showLegend: false },
    ],
    ['with strange values', { showCpu: 'no', thresholds: 'stripes', other: 1 }, {}],
    ['of nothing', {}, {}],
  ])('%s are read with the defaults of what they lack', (_what, saved, expected) => {
    expect(migrated(saved)).toEqual({ ...DEFAULT_OPTIONS, ...expected });
  });
});
