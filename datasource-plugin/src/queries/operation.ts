import { readFrames } from '../frames.ts';
import { operationLogs } from '../shapes/logs.ts';
import { operationTrace } from '../shapes/trace.ts';
import type { OperationQuery } from '../types.ts';
import { incomplete, type QueryDefinition } from './definition.ts';

/** One operation and its hops, in order of `seq` (A26, A29): asked when a person opens its label. */
export const operation: QueryDefinition<OperationQuery> = {
  type: 'operation',
  label: 'Operation',
  description: 'One operation with its hops, from request to reply',
  formats: ['table', 'trace', 'logs'],
  isComplete: (query) => (query.id ?? '').trim() !== '',
  interpolate: (query, variables) => ({ ...query, id: variables.one(query.id) }),
  toRequest(query) {
    const id = query.id.trim();
    if (id === '' || id.includes('$')) {
      throw incomplete(`"${query.id}" is not the id of an operation.`);
    }
    return { type: 'operation', id };
  },
  toFrames(json, { refId, format }) {
    const [headline, hops] = readFrames(json, ['operation', 'hops'], refId);
    if (headline === undefined || hops === undefined) {
      return [];
    }
    switch (format) {
      case 'trace':
        return [operationTrace(headline, hops)];
      case 'logs':
        return [operationLogs(headline, hops)];
      default:
        return [headline, hops];
    }
  },
  follows: () => ({ topics: ['operation'] }),
  toText: ({ id }) => `Operation ${id}`,
};
