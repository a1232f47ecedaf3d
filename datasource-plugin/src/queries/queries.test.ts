import { describe, expect, it } from '@jest/globals';
import { MAX_DATA_POINTS, MIN_DATA_POINTS, Query, TIMELINE_FRAMES } from '@faultline/contracts';
import { Value } from 'typebox/value';
import type { FaultlineQuery } from '../types.ts';
import { checkFormat, type Variables } from './definition.ts';
import { definitionOf, queryTypes } from './index.ts';

const UUID = '6f0c1c9e-1111-4222-8333-444455556666';
const range = { from: 1_000.4, to: 2_000.2 };
const one = (text: string) => text.replace('$vm', UUID).replace('$id', 'op-1');
const variables: Variables = { one, all: (text) => (text === '$hosts' ? ['hv1', 'hv2'] : [one(text)]) };

const timeline: FaultlineQuery = { refId: 'A', type: 'timeline', vm: '$vm' };
const operation: FaultlineQuery = { refId: 'B', type: 'operation', id: '$id' };
const alarm: FaultlineQuery = { refId: 'C', type: 'alarm', id: '$id' };

const frame = (name: string) => ({ schema: { name, fields: [] }, data: { values: [] } });

describe('queries', () => {
  it('lists its types in the order the editor offers them', () => {
    expect(queryTypes.map(({ type }) => type).join(' ')).toBe(
      'timeline states cpu operations alarms connectivity cycles verdicts vms hosts operation alarm',
    );
  });

  it.each<[FaultlineQuery, object]>([
    [timeline, { type: 'timeline', vm: UUID, from: 1_000, to: 2_001 }],
    [operation, { type: 'operation', id: 'op-1' }],
    [alarm, { type: 'alarm', id: 'op-1' }],
    [
      { refId: 'A', type: 'states', vm: '$vm' },
      { type: 'states', vm: UUID, from: 1_000, to: 2_001 },
    ],
    [
      { refId: 'A', type: 'cpu', vm: '$vm' },
      { type: 'cpu', vm: UUID, from: 1_000, to: 2_001 },
    ],
    [
      { refId: 'A', type: 'connectivity', vm: '$vm' },
      { type: 'connectivity', vm: UUID, from: 1_000, to: 2_001 },
    ],
    [
      { refId: 'A', type: 'verdicts', vm: '$vm' },
      { type: 'verdicts', vm: UUID, from: 1_000, to: 2_001 },
    ],
    [
      { refId: 'A', type: 'cycles', hosts: ['$hosts', 'hv1', 'hv3'] },
      { type: 'cycles', hosts: ['hv1', 'hv2', 'hv3'], from: 1_000, to: 2_001 },
    ],
    [
      { refId: 'A', type: 'operations' },
      { type: 'operations', from: 1_000, to: 2_001 },
    ],
    [
      {
        refId: 'A',
        type: 'operations',
        limit: 20,
        filters: [
          { field: 'host', operator: '=', values: ['$hosts'] },
          { field: 'kind', operator: '!=', values: ['*'] },
          { field: 'user', operator: '=', values: [' '] },
        ],
      },
      {
        type: 'operations',
        from: 1_000,
        to: 2_001,
        limit: 20,
        filters: [{ field: 'host', operator: '=', values: ['hv1', 'hv2'] }],
      },
    ],
    [
      { refId: 'A', type: 'alarms', active: true },
      { type: 'alarms', from: 1_000, to: 2_001, active: true },
    ],
    [
      { refId: 'A', type: 'vms', search: ' web ', state: 'abnormal' },
      { type: 'vms', q: 'web', state: 'abnormal' },
    ],
    [{ refId: 'A', type: 'hosts' }, { type: 'hosts' }],
  ])('asks $type with variables replaced and whole milliseconds', (query, body) => {
    const definition = definitionOf(query);
    const asked = definition.toRequest(definition.interpolate(query, variables), range);
    expect(asked).toEqual(body);
    // The OMS takes it: the contract is the schema that its route checks.
    expect(Value.Errors(Query, asked)).toEqual([]);
  });

  it.each<[FaultlineQuery, string[]]>([
    [timeline, Object.keys(TIMELINE_FRAMES)],
    [operation, ['operation', 'hops']],
    [alarm, ['alarm']],
    [{ refId: 'A', type: 'states', vm: UUID }, ['state']],
    [{ refId: 'A', type: 'cpu', vm: UUID }, ['cpu']],
    [{ refId: 'A', type: 'connectivity', vm: UUID }, ['connectivity']],
    [{ refId: 'A', type: 'verdicts', vm: UUID }, ['verdicts']],
    [{ refId: 'A', type: 'cycles', hosts: ['a'] }, ['hostState']],
    [{ refId: 'A', type: 'operations' }, ['operationList']],
    [{ refId: 'A', type: 'alarms' }, ['alarmList']],
    [{ refId: 'A', type: 'vms' }, ['vms']],
    [{ refId: 'A', type: 'hosts' }, ['hosts']],
  ])('reads the frames of $type with the refId', (query, names) => {
    const frames = definitionOf(query).toFrames({ frames: names.map(frame) }, query);
    expect(frames.map(({ schema }) => [schema.name, schema.refId])).toEqual(names.map((name) => [name, query.refId]));
  });

  it.each([
    [1234.5, 1234],
    [0, MIN_DATA_POINTS],
    [-1, MIN_DATA_POINTS],
    [1e9, MAX_DATA_POINTS],
    [Infinity, MAX_DATA_POINTS],
    [NaN, undefined],
    [undefined, undefined],
  ])('asks for what a panel of %p points can show', (maxDataPoints, asked) => {
    const query: FaultlineQuery = { ...timeline, vm: UUID };
    expect(definitionOf(query).toRequest(query, { ...range, maxDataPoints })).toEqual({
      type: 'timeline',
      vm: UUID,
      from: 1_000,
      to: 2_001,
      ...(asked === undefined ? {} : { maxDataPoints: asked }),
    });
  });

  it('takes a UUID in capitals', () => {
    const query: FaultlineQuery = { ...timeline, vm: ` ${UUID.toUpperCase()} ` };
    expect(definitionOf(query).toRequest(query, range)).toMatchObject({ vm: UUID });
  });

  it.each([
    ['$missing', 'has no value on this dashboard'],
    [`{${UUID},${UUID}}`, 'the variable holds several'],
    ['web-01', "is not a VM's UUID"],
  ])('says what to put in instead of %s', (vm, says) => {
    const query: FaultlineQuery = { ...timeline, vm };
    expect(() => definitionOf(query).toRequest(query, range)).toThrow(says);
  });

  it.each<[FaultlineQuery, string]>([
    [{ refId: 'A', type: 'cycles', hosts: ['$host'] }, 'has no value on this dashboard'],
    [{ refId: 'A', type: 'cycles', hosts: [''] }, 'has no name'],
    [{ refId: 'A', type: 'cycles', hosts: Array.from({ length: 21 }, (_, n) => `hv${n}`) }, 'one query shows 20'],
    [{ refId: 'A', type: 'operations', limit: 0 }, 'between 1 and 1000 rows'],
    [{ refId: 'A', type: 'alarms', limit: 1.5 }, 'between 1 and 1000 rows'],
    [
      { refId: 'A', type: 'alarms', filters: [{ field: 'name', operator: '=', values: ['$name'] }] },
      'The variable in "$name" (filter Alarm name) has no value',
    ],
    [
      { refId: 'A', type: 'operations', filters: [{ field: 'level', operator: '=', values: ['major'] }] },
      'operations have no field "level"',
    ],
    [
      {
        refId: 'A',
        type: 'vms',
        filters: [{ field: 'vm', operator: '=', values: Array.from({ length: 501 }, (_, n) => `${n}`) }],
      },
      'the custom value *',
    ],
  ])('says what to change in %j', (query, says) => {
    expect(() => definitionOf(query).toRequest(query, range)).toThrow(says);
  });

  it('refuses a format that a type does not have', () => {
    const trace: FaultlineQuery = { ...timeline, format: 'trace' };
    expect(() => checkFormat(definitionOf(trace), trace)).toThrow('Timeline cannot be shown as trace; choose table.');
    expect(() => checkFormat(definitionOf(operation), { ...operation, format: 'trace' })).not.toThrow();
  });

  it('follows the news of what it shows', () => {
    const follows = (query: FaultlineQuery) => definitionOf(query).follows?.(query);
    expect(follows({ ...timeline, vm: UUID.toUpperCase() })).toMatchObject({ vm: UUID, topics: expect.anything() });
    expect(follows({ refId: 'A', type: 'alarms' })).toEqual({ topics: ['alarm'] });
    expect(follows({ refId: 'A', type: 'hosts' })).toBeUndefined();
  });

  it.each<[FaultlineQuery, string]>([
    [timeline, 'Timeline of $vm'],
    [{ refId: 'A', type: 'cycles', hosts: ['a', 'b'] }, 'Cycles of a, b'],
    [
      { refId: 'A', type: 'alarms', active: true, filters: [{ field: 'host', operator: '!=', values: ['a', '$b'] }] },
      'Active alarms with Host is not a or $b',
    ],
  ])('says in words what %j asks', (query, text) => {
    expect(definitionOf(query).toText(query)).toBe(text);
  });

  it.each([operation, alarm])('refuses an id that is still a variable ($type)', (query) => {
    expect(() => definitionOf(query).toRequest(query, range)).toThrow(
      expect.objectContaining({ code: 'query-incomplete' }),
    );
  });

  it('does not run a query that is still being written', () => {
    expect(definitionOf(timeline).isComplete({ ...timeline, vm: '' })).toBe(false);
    expect(definitionOf(operation).isComplete({ refId: 'A', type: 'operation' } as FaultlineQuery)).toBe(false);
    expect(definitionOf(alarm).isComplete(alarm)).toBe(true);
  });

  it('names a type it does not know, as a dashboard of a newer version may hold', () => {
    expect(() => definitionOf({ refId: 'A', type: 'weather' } as unknown as FaultlineQuery)).toThrow(
      '"weather" is not known here',
    );
  });
});
