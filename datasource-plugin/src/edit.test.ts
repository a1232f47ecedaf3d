import { describe, expect, it } from '@jest/globals';
import { ofType, withFilters, withFormat, withOptional } from './edit.ts';
import { SCHEMA_VERSION } from './migrations.ts';
import { queryTypes } from './queries/index.ts';
import type { AlarmsQuery, FaultlineQuery } from './types.ts';

const timeline: FaultlineQuery = { refId: 'A', hide: true, type: 'timeline', vm: '$vm', live: true };

describe('editing a query', () => {
  it('makes one of every type that can be chosen', () => {
    for (const { type } of queryTypes) {
      expect(ofType(type, timeline, false)).toMatchObject({
        refId: 'A',
        hide: true,
        type,
        schemaVersion: SCHEMA_VERSION,
      });
    }
  });

  it('keeps the VM, and nothing that the other type does not have', () => {
    expect(ofType('cpu', timeline, false)).toEqual({
      ...{ refId: 'A', hide: true, type: 'cpu', vm: '$vm', schemaVersion: SCHEMA_VERSION },
    });
    expect(ofType('alarms', timeline, false)).not.toHaveProperty('vm');
  });

  it('begins in Explore with what Explore draws best', () => {
    expect(ofType('operation', timeline, true)).toMatchObject({ format: 'trace' });
    expect(ofType('alarms', timeline, true)).toMatchObject({ format: 'logs' });
    expect(ofType('alarms', timeline, false)).not.toHaveProperty('format');
  });

  it('does not write down what is usual', () => {
    const alarms: AlarmsQuery = { refId: 'A', type: 'alarms', format: 'logs', active: true, limit: 5 };
    expect(withFormat(alarms, 'table')).toEqual({ refId: 'A', type: 'alarms', active: true, limit: 5 });
    expect(withOptional(alarms, 'active', undefined)).toEqual({ refId: 'A', type: 'alarms', format: 'logs', limit: 5 });
    const filters = [{ field: 'host' as const, operator: '=' as const, values: ['a'] }];
    expect(withFilters(withFilters(alarms, filters), [])).toEqual(alarms);
  });
});
