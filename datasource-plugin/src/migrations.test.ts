import { describe, expect, it } from '@jest/globals';
import { SCHEMA_VERSION, upToDate } from './migrations.ts';
import type { FaultlineQuery } from './types.ts';

const saved = (query: object) => query as unknown as FaultlineQuery;

describe('saved queries', () => {
  it.each([
    ['of the first form, without a type', { refId: 'A', vm: '$vm' }, { refId: 'A', type: 'timeline', vm: '$vm' }],
    ['of the first form', { refId: 'A', type: 'operation', id: 'x' }, { refId: 'A', type: 'operation', id: 'x' }],
    ['of now', { refId: 'A', type: 'hosts', schemaVersion: SCHEMA_VERSION }, { refId: 'A', type: 'hosts' }],
    [
      'with a form that is none',
      { refId: 'A', schemaVersion: 'two', vm: 'x' },
      { refId: 'A', type: 'timeline', vm: 'x' },
    ],
    ['that nobody filled in', { refId: 'A' }, { refId: 'A', type: 'timeline' }],
    ['with what another plugin left', { refId: 'A', expr: 'up' }, { refId: 'A', expr: 'up', type: 'timeline' }],
  ])('%s are brought up to date', (_what, query, read) => {
    expect(upToDate(saved(query))).toEqual({ ...read, schemaVersion: SCHEMA_VERSION });
  });

  it('stay what they are when they are brought up to date again', () => {
    const once = upToDate(saved({ refId: 'A', vm: 'x' }));
    expect(upToDate(once)).toEqual(once);
  });

  it('of a newer version are refused: half of what they say would be lost', () => {
    const newer = saved({ refId: 'A', type: 'timeline', schemaVersion: SCHEMA_VERSION + 1 });
    expect(() => upToDate(newer)).toThrow(expect.objectContaining({ code: 'query-newer' }));
  });
});
