import { readFrames } from '../frames.ts';
import type { OperationQuery } from '../types.ts';
import { incomplete, type QueryDefinition } from './definition.ts';

/** One operation and its hops, in order of `seq` (A26, A29): asked when a person opens its label. */
export const operation: QueryDefinition<OperationQuery> = {
  type: 'operation',
  label: 'Operation',
  description: 'One operation with its hops, from request to reply',
  isComplete: (query) => (query.id ?? '').trim() !== '',
  interpolate: (query, replace) => ({ ...query, id: replace(query.id) }),
  toRequest(query) {
    const id = query.id.trim();
    if (id === '' || id.includes('$')) {
      throw incomplete(`"${query.id}" is not the id of an operation.`);
    }
    return { type: 'operation', id };
  },
  toFrames: (json, refId) => readFrames(json, ['operation', 'hops'], refId),
};
