import type { MAX_QUERIED_HOSTS } from '@faultline/contracts';
import { readFrames } from '../frames.ts';
import type { CyclesQuery } from '../types.ts';
import { incomplete, type QueryDefinition } from './definition.ts';
import { spanOf } from './range.ts';

const MOST_HOSTS: typeof MAX_QUERIED_HOSTS = 20;

/** What the cycles of hosts tell of them (B1, B2): whether each reached libvirtd, and where there were none. */
export const cycles: QueryDefinition<CyclesQuery> = {
  type: 'cycles',
  label: 'Cycles',
  description: 'Whether the cycles of hosts reached libvirtd',
  formats: ['table'],
  isComplete: ({ hosts }) => (hosts ?? []).length > 0,
  interpolate: (query, variables) => ({ ...query, hosts: query.hosts.flatMap(variables.all) }),
  toRequest(query, asked) {
    const hosts = [...new Set(query.hosts.map((name) => name.trim()))];
    const unset = hosts.find((name) => name === '' || name.includes('$'));
    if (unset !== undefined) {
      throw incomplete(
        unset === ''
          ? 'A host of this query has no name.'
          : `The variable in "${unset}" has no value on this dashboard.`,
      );
    }
    if (hosts.length > MOST_HOSTS) {
      throw incomplete(`The variable holds ${hosts.length} hosts, and one query shows ${MOST_HOSTS}: choose fewer.`);
    }
    return { type: 'cycles', hosts, ...spanOf(asked) };
  },
  toFrames: (json, { refId }) => readFrames(json, ['hostState'], refId),
  toText: ({ hosts }) => `Cycles of ${hosts.join(', ')}`,
};
