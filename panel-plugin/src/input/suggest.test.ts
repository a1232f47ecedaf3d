import { describe, expect, it } from '@jest/globals';
import { frame } from '../timeline/testing.ts';
import { suggestedRows } from './suggest.ts';
import { table } from './testing.ts';

const suggest = (...frames: Parameters<typeof suggestedRows>[0]) =>
  suggestedRows(frames, [], new Set(frames.flatMap(({ refId }) => (refId ? [refId] : []))));

describe('suggested rows of a mapping', () => {
  it('go by what the fields look like', () => {
    expect(
      suggest(
        table('A', { time: [0], cpu_usage: [1] }),
        table('B', { time: [0], memory: [1] }),
        table('C', { time: [0], status: ['running'] }),
        table('D', { time: [0], title: ['stop'] }),
        table('E', { time: [0], severity: ['critical'], title: ['Fan'] }),
      ),
    ).toEqual([
      { refId: 'A', as: 'cpu' },
      { refId: 'B', as: 'second' },
      { refId: 'C', as: 'state' },
      { refId: 'D', as: 'operations' },
      { refId: 'E', as: 'alarms' },
    ]);
  });

  it('are one a query, and none where there is no time, our own frame, or a row already', () => {
    const cpu = table('A', { time: [0], cpu: [1] });
    expect(suggest(cpu, cpu)).toHaveLength(1);
    expect(
      suggest(table('A', { cpu: [1] }), { refId: 'B', fields: [] }, frame('cpu', { time: [1], cpu: [1] })),
    ).toEqual([]);
    expect(suggestedRows([cpu], [{ refId: 'A', as: 'state' }], new Set(['A']))).toEqual([]);
    expect(suggestedRows([cpu], [], new Set())).toEqual([]);
  });
});
