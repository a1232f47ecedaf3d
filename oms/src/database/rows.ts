import { sql, type Insertable, type RawBuilder } from 'kysely';
import type { Database, OmsDatabase } from './database.ts';
import { isPostgres } from './hold.ts';

type Table = keyof Database;
type Column<T extends Table> = keyof Database[T] & string;

/**
 * What becomes of a row whose key is taken: without this, nothing. `set` are the columns that take the new row's values.
 */
interface Replace<T extends Table> {
  key: readonly Column<T>[];
  set: readonly Column<T>[];
}

/**
 * Inserts any number of rows in one statement. They go as one JSON parameter, so that the statement is the same text however many
 * there are: it is prepared once, and no engine's limit of parameters is met.
 *
 * @param rows all with the same columns; null is null
 * @returns the asked columns of the rows that were inserted or replaced
 */
export async function insertRows<T extends Table, C extends Column<T> = never>(
  db: OmsDatabase,
  table: T,
  rows: readonly Insertable<Database[T]>[],
  { replace, returning = [] }: { replace?: Replace<T>; returning?: readonly C[] } = {},
): Promise<Pick<Database[T], C>[]> {
  const [first] = rows;
  if (first === undefined) return [];
  const columns = Object.keys(first);
  const conflict =
    replace === undefined
      ? sql`on conflict do nothing`
      : sql`on conflict (${refs(replace.key)}) do update set ${sql.join(
          replace.set.map((column) => sql`${sql.ref(column)} = ${sql.ref(`excluded.${column}`)}`),
        )}`;
  const source = isPostgres(db)
    ? sql`select ${refs(columns)} from json_populate_recordset(null::${sql.table(table)}, ${JSON.stringify(rows)})`
    : arraysOf(rows, columns);
  // SQLite takes "on" for a join's without the "where".
  const answer = await sql<Pick<Database[T], C>>`
    insert into ${sql.table(table)} (${refs(columns)}) ${source} where true ${conflict}
    ${returning.length === 0 ? sql`` : sql`returning ${refs(returning)}`}`.execute(db);
  return answer.rows;
}

/**
 * Rows to ask about, as the query of a table expression: `with asked as (${askedRows(...)})`. One parameter, however many there are.
 *
 * @param types the columns with their types
 */
export function askedRows<C extends string>(
  db: OmsDatabase,
  rows: readonly Record<C, string | number>[],
  types: Record<C, 'text' | 'bigint'>,
): RawBuilder<unknown> {
  const columns = Object.keys(types) as C[];
  if (!isPostgres(db)) return arraysOf(rows, columns);
  const definition = sql.join(columns.map((column) => sql`${sql.ref(column)} ${sql.raw(types[column])}`));
  return sql`select * from json_to_recordset(${JSON.stringify(rows)}) as asked (${definition})`;
}

/**
 * Of each asked row the first row of a table that an index leads to, looked for once for each: a join may be done by reading the whole
 * table, and its cost would grow with what is in it.
 *
 * @param which `where`, `order by` and `limit 1` on the table as `s` and the asked row as `asked`
 */
export async function ofEach<Row>(
  db: OmsDatabase,
  query: { asked: RawBuilder<unknown>; table: Table; columns: readonly string[]; which: RawBuilder<unknown> },
): Promise<Row[]> {
  const { asked, which } = query;
  const table = sql.table(query.table);
  const columns = refs(query.columns.map((column) => `found.${column}`));
  const found = isPostgres(db)
    ? sql`lateral (select * from ${table} s ${which}) found`
    : sql`${table} found where found.rowid = (select s.rowid from ${table} s ${which})`;
  const { rows } = await sql<Row>`
    with asked as (${asked}) select ${columns} from asked cross join ${found}`.execute(db);
  return rows;
}

function arraysOf(rows: readonly object[], columns: readonly string[]): RawBuilder<unknown> {
  const arrays = rows.map((row) => columns.map((column) => (row as Record<string, unknown>)[column]));
  const values = columns.map((column, index) => sql`value ->> ${sql.lit(index)} as ${sql.ref(column)}`);
  return sql`select ${sql.join(values)} from json_each(${JSON.stringify(arrays)})`;
}

const refs = (columns: readonly string[]) => sql.join(columns.map((column) => sql.ref(column)));
