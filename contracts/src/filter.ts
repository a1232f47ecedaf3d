import { Type } from 'typebox';
import { Name } from './scalars.ts';

/**
 * What each list can be filtered by. `vm` is a UUID, `user` whose VM it is, and the others are what the list's column of the same name
 * says; `kind`, `level` and the like are words of the contracts.
 */
export const FILTER_FIELDS = {
  operations: ['vm', 'vmName', 'host', 'user', 'project', 'group', 'kind', 'result', 'initiator', 'source'],
  alarms: ['vm', 'vmName', 'host', 'user', 'project', 'group', 'name', 'level', 'category', 'source', 'operatorState'],
  vms: ['vm', 'vmName', 'host', 'user', 'project', 'group'],
} as const;
export type FilteredList = keyof typeof FILTER_FIELDS;
export type FilterField<L extends FilteredList = FilteredList> = (typeof FILTER_FIELDS)[L][number];

/** `=` takes what has one of the values. `!=` takes everything else, also what has none. */
export const FILTER_OPERATORS = ['=', '!='] as const;
export type FilterOperator = (typeof FILTER_OPERATORS)[number];

/** A filter of one list. Of several filters all hold. */
export interface Filter<L extends FilteredList = FilteredList> {
  field: FilterField<L>;
  operator: FilterOperator;
  values: string[];
}

/** As many as one person chooses; a variable that stands for all needs no filter. */
export const MAX_FILTER_VALUES = 500;
const MAX_FILTERS = 20;

/** The schema of a list's filters. */
export const FiltersOf = <L extends FilteredList>(list: L) =>
  Type.Unsafe<Filter<L>[]>(
    Type.Array(
      Type.Object(
        {
          field: Type.Enum([...FILTER_FIELDS[list]]),
          operator: Type.Enum([...FILTER_OPERATORS]),
          values: Type.Array(Name, { minItems: 1, maxItems: MAX_FILTER_VALUES }),
        },
        { additionalProperties: false },
      ),
      { maxItems: MAX_FILTERS },
    ),
  );
