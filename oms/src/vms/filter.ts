import type { Filter, FilterField } from '@faultline/contracts';
import { sql, type RawBuilder } from 'kysely';

/** What a VM's facts tell, by the columns of `vm_facts`. */
const FACTS = { user: 'owner', project: 'project', group: 'vm_group' } as const;
type Fact = keyof typeof FACTS;
export type FactColumn = (typeof FACTS)[Fact];

/** Where a list's row has what it can be filtered by. A VM's user, project and group are looked up by its UUID. */
export type FilterColumns = { vm: RawBuilder<unknown> } & Partial<
  Record<Exclude<FilterField, Fact>, RawBuilder<unknown>>
>;

/** The condition that a row meets a filter. @throws TypeError where the list has no such field: its schema lets none through */
export function meets({ field, operator, values }: Filter, columns: FilterColumns): RawBuilder<boolean> {
  const isOne = isFact(field)
    ? sql<boolean>`${columns.vm} in (${vmsOf(FACTS[field], values)})`
    : sql<boolean>`${columnOf(columns, field)} in (${sql.join(values)})`;
  // What has no value is none of them, of which SQL would say that it is not known.
  return operator === '=' ? isOne : sql<boolean>`not coalesce(${isOne}, false)`;
}

const isFact = (field: FilterField): field is Fact => field in FACTS;

function columnOf(columns: FilterColumns, field: Exclude<FilterField, Fact>): RawBuilder<unknown> {
  const column = columns[field];
  if (column === undefined) throw new TypeError(`there is no column for the field ${field}`);
  return column;
}

/** The UUIDs of the VMs that are of one of these users, projects or groups. */
function vmsOf(column: FactColumn, names: readonly string[]): RawBuilder<unknown> {
  const told = sql.ref(`told.${column}`);
  return sql`select told.vm from vm_facts as told where ${told} in (${sql.join(names)}) and ${isTheWord(column)}`;
}

/** Whether what the row `told` of `vm_facts` says of a column is what counts: where an operator named another, that one is the VM's. */
export const isTheWord = (column: FactColumn): RawBuilder<boolean> =>
  sql<boolean>`(told.source = 'operator' or not exists (select 1 from vm_facts as given
    where given.vm = told.vm and given.source = 'operator' and ${sql.ref(`given.${column}`)} is not null))`;
