import type { FilteredList, FilterOperator } from '@faultline/contracts';
import { FaultlineError } from '../errors.ts';
import type { FaultlineQuery, FilteredQuery, SavedFilter } from '../types.ts';
import { allFields, isField } from './fields.ts';

/** A filter of a dashboard's ad-hoc variable: `AdHocVariableFilter` of `@grafana/data`. */
export interface AdHocFilter {
  key: string;
  operator: string;
  value: string;
  /** Of an operator that takes several. */
  values?: string[];
}

/** Grafana's operators that the OMS has; `=|` and `!=|` take several values. */
const OPERATORS: Record<string, FilterOperator> = { '=': '=', '=|': '=', '!=': '!=', '!=|': '!=' };

/** What a dashboard's ad-hoc filters come to for one list. */
export interface AppliedFilters {
  filters: SavedFilter[];
  /** Keys of filters that the list has no field for: they filter other panels. */
  ignored: string[];
}

/**
 * The ad-hoc filters that narrow a list. One that is still being written filters nothing.
 *
 * Throws {@link FaultlineError} `filter-unsupported` for an operator that the OMS does not have, and for a field that no list has.
 */
export function applied(list: FilteredList, adHoc: readonly AdHocFilter[] = []): AppliedFilters {
  const filters: SavedFilter[] = [];
  const ignored: string[] = [];
  for (const filter of adHoc) {
    const values = valuesOf(filter);
    if (filter.key === '' || values.length === 0) {
      continue;
    }
    const operator = OPERATORS[filter.operator];
    if (operator === undefined) {
      throw unsupported(
        `The filter "${filter.key} ${filter.operator} ${filter.value}" cannot be applied: the OMS compares with =, != and "one of".`,
      );
    }
    if (isField(list, filter.key)) {
      filters.push({ field: filter.key, operator, values });
    } else if (allFields.some((field) => field === filter.key)) {
      ignored.push(filter.key);
    } else {
      throw unsupported(
        `There is nothing to filter by "${filter.key}". Filters of this data source: ${allFields.join(', ')}.`,
      );
    }
  }
  return { filters, ignored };
}

function valuesOf({ value, values = [] }: AdHocFilter): string[] {
  return (values.length > 0 ? values : [value]).filter((each) => each !== '');
}

/** The same query with the dashboard's filters as its own, as for Explore, which has no dashboard. */
export function withAdHoc(
  query: FaultlineQuery,
  list: FilteredList | undefined,
  adHoc: readonly AdHocFilter[] | undefined,
): FaultlineQuery {
  if (list === undefined) {
    return query;
  }
  const { filters } = applied(list, adHoc);
  const own = (query as FilteredQuery).filters ?? [];
  return filters.length === 0 ? query : ({ ...query, filters: [...own, ...filters] } as FaultlineQuery);
}

function unsupported(message: string): FaultlineError {
  return new FaultlineError({ code: 'filter-unsupported', message });
}
