import { incomplete, type QueryDefinition } from './definition.ts';
import type { FaultlineQuery } from '../types.ts';
import { alarm } from './alarm.ts';
import { alarms } from './alarms.ts';
import { connectivity } from './connectivity.ts';
import { cpu } from './cpu.ts';
import { cycles } from './cycles.ts';
import { hosts } from './hosts.ts';
import { operation } from './operation.ts';
import { operations } from './operations.ts';
import { states } from './states.ts';
import { timeline } from './timeline.ts';
import { verdicts } from './verdicts.ts';
import { vms } from './vms.ts';

/** Every type of query, in the order the editor offers them. */
export const queryTypes: readonly QueryDefinition[] = [
  timeline,
  states,
  cpu,
  operations,
  alarms,
  connectivity,
  cycles,
  verdicts,
  vms,
  hosts,
  operation,
  alarm,
];

/** The definition of a query's type. Throws `query-incomplete` for a type that this version does not know. */
export function definitionOf(query: FaultlineQuery): QueryDefinition {
  const definition = queryTypes.find(({ type }) => type === query.type);
  if (definition === undefined) {
    const known = queryTypes.map(({ type }) => type).join(', ');
    throw incomplete(`Query type "${String(query.type)}" is not known here; known are ${known}.`);
  }
  return definition;
}
