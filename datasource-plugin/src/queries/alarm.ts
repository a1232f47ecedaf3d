import { readFrames } from '../frames.ts';
import type { AlarmQuery } from '../types.ts';
import { incomplete, type QueryDefinition } from './definition.ts';

/** One alarm's record (A27, A43): asked when a person opens its label. */
export const alarm: QueryDefinition<AlarmQuery> = {
  type: 'alarm',
  label: 'Alarm',
  description: 'One alarm with its cause and details',
  formats: ['table'],
  isComplete: (query) => (query.id ?? '').trim() !== '',
  interpolate: (query, variables) => ({ ...query, id: variables.one(query.id) }),
  toRequest(query) {
    const id = query.id.trim();
    if (id === '' || id.includes('$')) {
      throw incomplete(`"${query.id}" is not the id of an alarm.`);
    }
    return { type: 'alarm', id };
  },
  toFrames: (json, { refId }) => readFrames(json, ['alarm'], refId),
  follows: () => ({ topics: ['alarm'] }),
  toText: ({ id }) => `Alarm ${id}`,
};
