import { incomplete, type QueryDefinition } from './definition.ts';
import type { FaultlineQuery } from '../types.ts';
import { alarm } from './alarm.ts';
import { operation } from './operation.ts';
import { timeline } from './timeline.ts';

/** Every type of query, in the order the editor offers them. */
export const queryTypes: readonly QueryDefinition[] = [timeline, operation, alarm];

/** The definition of a query's type. Throws `query-incomplete` for a type that this version does not know. */
export function definitionOf(query: FaultlineQuery): QueryDefinition {
  const definition = queryTypes.find(({ type }) => type === query.type);
  if (definition === undefined) {
    const known = queryTypes.map(({ type }) => type).join(', ');
    throw incomplete(`Query type "${String(query.type)}" is not known here; known are ${known}.`);
  }
  return definition;
}
