import { readFrames } from '../frames.ts';
import type { HostsQuery } from '../types.ts';
import type { QueryDefinition } from './definition.ts';

/** The hosts, by name: their VMs, their newest cycle, and whether they are isolated (A31). The dashboard's range does not matter. */
export const hosts: QueryDefinition<HostsQuery> = {
  type: 'hosts',
  label: 'Hosts',
  description: 'A table of hosts with their newest cycles',
  formats: ['table'],
  isComplete: () => true,
  interpolate: (query) => query,
  toRequest: () => ({ type: 'hosts' }),
  toFrames: (json, { refId }) => readFrames(json, ['hosts'], refId),
  toText: () => 'Hosts',
};
