import { filterBodies, interpolated, filterText } from '../filters/saved.ts';
import { readFrames } from '../frames.ts';
import { operationAnnotations } from '../shapes/annotations.ts';
import { operationListLogs } from '../shapes/logs.ts';
import type { OperationsQuery } from '../types.ts';
import type { QueryDefinition } from './definition.ts';
import { limitOf } from './limit.ts';
import { rangeOf } from './range.ts';

/** The operations of many VMs (A14, A25): as a table, as logs, or as annotations of any chart. */
export const operations: QueryDefinition<OperationsQuery> = {
  type: 'operations',
  label: 'Operations',
  description: 'Operations of many VMs, the newest first',
  formats: ['table', 'logs', 'annotations'],
  list: 'operations',
  isComplete: () => true,
  interpolate: interpolated,
  toRequest: (query, asked) => ({
    type: 'operations',
    ...rangeOf(asked),
    ...filterBodies('operations', query, asked.adHoc),
    ...limitOf(query),
  }),
  toFrames(json, { refId, format }) {
    const frames = readFrames(json, ['operationList'], refId);
    switch (format) {
      case 'logs':
        return frames.map(operationListLogs);
      case 'annotations':
        return frames.map(operationAnnotations);
      default:
        return frames;
    }
  },
  follows: () => ({ topics: ['operation'] }),
  toText: (query) => `Operations${filterText(query)}`,
};
