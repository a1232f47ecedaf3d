import type { Filter, FilteredList, MAX_FILTER_VALUES } from '@faultline/contracts';
import { incomplete, type Variables } from '../queries/definition.ts';
import type { FilteredQuery, SavedFilter } from '../types.ts';
import { applied, type AdHocFilter } from './adHoc.ts';
import { FIELD_LABELS, isField } from './fields.ts';

const MOST_VALUES: typeof MAX_FILTER_VALUES = 500;

/** What a variable's option "All" is given as a custom value, so that it filters nothing. */
export const ALL = '*';

/** The same query with the variables of its filters replaced, each by all of its values. */
export function interpolated<Q extends FilteredQuery>(query: Q, variables: Variables): Q {
  const { filters } = query;
  return filters === undefined
    ? query
    : { ...query, filters: filters.map((one) => ({ ...one, values: one.values.flatMap(variables.all) })) };
}

/**
 * The filters of a request: the query's own, interpolated, and the dashboard's. One without values, or for all, filters nothing.
 *
 * Throws `query-incomplete` or `filter-unsupported`, saying what to change.
 */
export function filterBodies<L extends FilteredList>(
  list: L,
  { filters: saved = [] }: FilteredQuery,
  adHoc: readonly AdHocFilter[] | undefined,
): { filters?: Array<Filter<L>> } {
  const own = saved.map((filter) => ({ ...filter, values: filter.values.filter((value) => value.trim() !== '') }));
  const filters = [...own, ...applied(list, adHoc).filters]
    .filter(({ values }) => values.length > 0 && !values.includes(ALL))
    .map((filter) => checked(list, filter));
  return filters.length === 0 ? {} : { filters };
}

function checked<L extends FilteredList>(list: L, { field, operator, values }: SavedFilter): Filter<L> {
  if (!isField(list, field)) {
    throw incomplete(`${list} have no field "${String(field)}" to filter by: remove the filter.`);
  }
  const unset = values.find((value) => value.includes('$'));
  if (unset !== undefined) {
    throw incomplete(`The variable in "${unset}" (filter ${FIELD_LABELS[field]}) has no value on this dashboard.`);
  }
  if (values.length > MOST_VALUES) {
    throw incomplete(
      `The filter ${FIELD_LABELS[field]} has ${values.length} values, and ${MOST_VALUES} are the most: choose fewer, or give the variable's "All" the custom value ${ALL}, which filters nothing.`,
    );
  }
  return { field, operator, values: [...new Set(values)] } as Filter<L>;
}

/** What the list of a dashboard's queries says of filters: ` with host is hv1`. */
export function filterText({ filters = [] }: FilteredQuery): string {
  const texts = filters.map(
    ({ field, operator, values }) =>
      `${FIELD_LABELS[field]} ${operator === '=' ? 'is' : 'is not'} ${values.join(' or ')}`,
  );
  return texts.length === 0 ? '' : ` with ${texts.join(', ')}`;
}
