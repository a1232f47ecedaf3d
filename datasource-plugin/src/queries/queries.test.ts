import { describe, expect, it } from '@jest/globals';
import { MAX_DATA_POINTS, MIN_DATA_POINTS, TIMELINE_FRAMES } from '@faultline/contracts';
import type { FaultlineQuery } from '../types.ts';
import { definitionOf, queryTypes } from './index.ts';

const UUID = '6f0c1c9e-1111-4222-8333-444455556666';
const range = { from: 1_000.4, to: 2_000.2 };
const replace = (text: string) => text.replace('$vm', UUID).replace('$id', 'op-1');

const timeline: FaultlineQuery = { refId: 'A', type: 'timeline', vm: '$vm' };
const operation: FaultlineQuery = { refId: 'B', type: 'operation', id: '$id' };
const alarm: FaultlineQuery = { refId: 'C', type: 'alarm', id: '$id' };

const frame = (name: string) => ({ schema: { name, fields: [] }, data: { values: [] } });

describe('queries', () => {
  it('lists its types in the order the editor offers them', () => {
    expect(queryTypes.map(({ type }) => type)).toEqual(['timeline', 'operation', 'alarm']);
  });

  it.each<[FaultlineQuery, object]>([
    [timeline, { type: 'timeline', vm: UUID, from: 1_000, to: 2_001 }],
    [operation, { type: 'operation', id: 'op-1' }],
    [alarm, { type: 'alarm', id: 'op-1' }],
  ])('asks $type with variables replaced and whole milliseconds', (query, body) => {
    const definition = definitionOf(query);
    expect(definition.toRequest(definition.interpolate(query, replace), range)).toEqual(body);
  });

  it.each<[FaultlineQuery, string[]]>([
    [timeline, Object.keys(TIMELINE_FRAMES)],
    [operation, ['operation', 'hops']],
    [alarm, ['alarm']],
  ])('reads the frames of $type with the refId', (query, names) => {
    const frames = definitionOf(query).toFrames({ frames: names.map(frame) }, query.refId);
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
    expect(() => definitionOf({ refId: 'A', type: 'verdicts' } as unknown as FaultlineQuery)).toThrow(
      '"verdicts" is not known here',
    );
  });
});
