import { SCHEMA_VERSION } from './migrations.ts';
import type { FaultlineQuery, FilteredQuery, Format, SavedFilter } from './types.ts';

/** What every query has, whatever its type. */
type Common = Pick<FaultlineQuery, 'refId' | 'hide' | 'key' | 'datasource'>;

/** An empty query of each type; in Explore in the shape that Explore draws best. */
const EMPTY: Record<FaultlineQuery['type'], (common: Common, isExplore: boolean) => FaultlineQuery> = {
  timeline: (common) => ({ ...common, type: 'timeline', vm: '' }),
  states: (common) => ({ ...common, type: 'states', vm: '' }),
  cpu: (common) => ({ ...common, type: 'cpu', vm: '' }),
  connectivity: (common) => ({ ...common, type: 'connectivity', vm: '' }),
  verdicts: (common) => ({ ...common, type: 'verdicts', vm: '' }),
  cycles: (common) => ({ ...common, type: 'cycles', hosts: [] }),
  operations: (common, isExplore) => ({ ...common, type: 'operations', ...(isExplore ? { format: 'logs' } : {}) }),
  alarms: (common, isExplore) => ({ ...common, type: 'alarms', ...(isExplore ? { format: 'logs' } : {}) }),
  vms: (common) => ({ ...common, type: 'vms' }),
  hosts: (common) => ({ ...common, type: 'hosts' }),
  operation: (common, isExplore) => ({
    ...common,
    type: 'operation',
    id: '',
    ...(isExplore ? { format: 'trace' } : {}),
  }),
  alarm: (common) => ({ ...common, type: 'alarm', id: '' }),
};

/** A query of another type in place of this one. A VM that both are of is kept. */
export function ofType(type: FaultlineQuery['type'], query: FaultlineQuery, isExplore: boolean): FaultlineQuery {
  const { refId, hide, key, datasource } = query;
  const common = { refId, hide, key, datasource };
  const known = Object.entries(common).filter(([, value]) => value !== undefined);
  const empty = EMPTY[type](Object.fromEntries(known) as unknown as Common, isExplore);
  const kept = 'vm' in empty && 'vm' in query ? { vm: query.vm } : {};
  return { ...empty, ...kept, schemaVersion: SCHEMA_VERSION } as FaultlineQuery;
}

/** A query with a value in one of its members; what is usual, or nothing, is not written down. */
export function withOptional<Q extends FaultlineQuery, K extends keyof Q & string>(
  query: Q,
  member: K,
  value: Q[K] | undefined,
): Q {
  const others = Object.entries(query).filter(([name]) => name !== member);
  return Object.fromEntries(value === undefined ? others : [...others, [member, value]]) as Q;
}

export const withFormat = (query: FaultlineQuery, format: Format): FaultlineQuery =>
  withOptional(query, 'format', format === 'table' ? undefined : format);

export const withFilters = <Q extends FaultlineQuery & FilteredQuery>(query: Q, filters: SavedFilter[]): Q =>
  withOptional<Q, 'filters'>(query, 'filters', filters.length === 0 ? undefined : filters);
