import { sql, type CompiledQuery, type Insertable, type RawBuilder } from 'kysely';
import type { Database, OmsDatabase } from './database.ts';
import { isPostgres } from './engine.ts';
import { prepared, type Prepared } from './prepared.ts';

type Table = keyof Database;
type Column<T extends Table> = keyof Database[T] & string;

/**
 * What becomes of a row whose key is taken: without this, nothing. `set` are the columns that take the new row's values.
 */
interface Replace<C extends string> {
  key: readonly C[];
  set: readonly C[];
}

/** Rows for one table, all with the same columns; null is null. */
export interface RowsFor {
  table: Table;
  rows: readonly object[];
  replace: Replace<string> | undefined;
}

export const rowsFor = <T extends Table>(
  table: T,
  rows: readonly Insertable<Database[T]>[],
  replace?: Replace<Column<T>>,
): RowsFor => ({ table, rows, replace });

/** By table, columns and what becomes of a known key. */
const inserts = new Map<string, Prepared<Record<string, string>, unknown>>();

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
  { replace, returning = [] }: { replace?: Replace<Column<T>>; returning?: readonly C[] } = {},
): Promise<Pick<Database[T], C>[]> {
  const [first] = rows;
  if (first === undefined) return [];
  const into = { table, columns: Object.keys(first), replace };
  const insert = keptInsert([into, returning], () =>
    prepared((db, { rows }: Record<string, string>) => {
      const asked = returning.length === 0 ? sql`` : sql`returning ${refs(returning)}`;
      return sql`${insertOf(db, into, rows ?? '')} ${asked}`;
    }),
  );
  return (await insert(db, { rows: jsonOf(db, rows, into.columns) })) as Pick<Database[T], C>[];
}

/**
 * {@link insertRows} of several tables that have nothing to do with each other. PostgreSQL takes them in one statement: each has it and us
 * wake each other once, which takes longer than a few rows do.
 */
export async function insertTogether(db: OmsDatabase, all: readonly RowsFor[]): Promise<void> {
  const parts = all.flatMap(({ table, rows, replace }) => {
    const [first] = rows;
    return first === undefined ? [] : [{ into: { table, columns: Object.keys(first), replace }, rows }];
  });
  const statements = isPostgres(db) ? [parts] : parts.map((part) => [part]);
  for (const statement of statements) {
    if (statement.length === 0) continue;
    const insert = keptInsert(
      statement.map(({ into }) => into),
      () =>
        prepared((db, given: Record<string, string>) => {
          const each = statement.map(({ into }, index) => insertOf(db, into, given[`rows${index}`] ?? ''));
          const [last, ...others] = each.reverse();
          if (others.length === 0) return sql`${last}`;
          const named = others.map((other, index) => sql`${sql.ref(`insert${index}`)} as (${other})`);
          return sql`with ${sql.join(named)} ${last}`;
        }),
    );
    const given = statement.map(({ into, rows }, index) => [`rows${index}`, jsonOf(db, rows, into.columns)] as const);
    await insert(db, Object.fromEntries(given));
  }
}

interface Into extends Omit<RowsFor, 'rows'> {
  columns: readonly string[];
}

function keptInsert(
  shape: unknown,
  make: () => Prepared<Record<string, string>, unknown>,
): Prepared<Record<string, string>, unknown> {
  const key = JSON.stringify(shape);
  const insert = inserts.get(key) ?? make();
  inserts.set(key, insert);
  return insert;
}

function insertOf(db: OmsDatabase, { table, columns, replace }: Into, rows: string): RawBuilder<unknown> {
  const conflict =
    replace === undefined
      ? sql`on conflict do nothing`
      : sql`on conflict (${refs(replace.key)}) do update set ${sql.join(
          replace.set.map((column) => sql`${sql.ref(column)} = ${sql.ref(`excluded.${column}`)}`),
        )}`;
  const source = isPostgres(db)
    ? sql`select ${refs(columns)} from json_populate_recordset(null::${sql.table(table)}, ${rows})`
    : columnsOfArrays(rows, columns);
  // SQLite takes "on" for a join's without the "where".
  return sql`insert into ${sql.table(table)} (${refs(columns)}) ${source} where true ${conflict}`;
}

/**
 * A prepared query about any number of things, with one parameter for all of them.
 *
 * @param types what is asked about, column by column
 * @param build is given them as the query of a table expression: `with asked as (${asked})`
 */
export function preparedForEach<Asked extends object, Row, Given extends object = object>(
  types: Record<keyof Asked & string, 'text' | 'bigint'>,
  build: (
    db: OmsDatabase,
    asked: RawBuilder<unknown>,
    values: Given,
  ) => { compile(db: OmsDatabase): CompiledQuery<Row> },
): (db: OmsDatabase, asked: readonly Asked[], values: Given) => Promise<Row[]> {
  const columns = Object.keys(types) as (keyof Asked & string)[];
  const ask = prepared<Given & { asked: string }, Row>((db, values) => {
    if (!isPostgres(db)) return build(db, columnsOfArrays(values.asked, columns), values);
    const definition = sql.join(columns.map((column) => sql`${sql.ref(column)} ${sql.raw(types[column])}`));
    return build(db, sql`select * from json_to_recordset(${values.asked}) as asked (${definition})`, values);
  });
  return async (db, asked, values) =>
    asked.length === 0 ? [] : await ask(db, { ...values, asked: jsonOf(db, asked, columns) });
}

/**
 * Of each asked row the first row of a table that an index leads to, looked for once for each: a join may be done by reading the whole
 * table, and its cost would grow with what is in it.
 *
 * @param which `where`, `order by` and `limit 1` on the table as `s` and the asked row as `asked`
 */
export function firstOfEach<Row>(
  db: OmsDatabase,
  query: { asked: RawBuilder<unknown>; table: Table; columns: readonly string[]; which: RawBuilder<unknown> },
): RawBuilder<Row> {
  const { asked, which } = query;
  const table = sql.table(query.table);
  const columns = refs(query.columns.map((column) => `found.${column}`));
  const found = isPostgres(db)
    ? sql`lateral (select * from ${table} s ${which}) found`
    : sql`${table} found where found.rowid = (select s.rowid from ${table} s ${which})`;
  return sql<Row>`with asked as (${asked}) select ${columns} from asked cross join ${found}`;
}

/**
 * As the engine reads them: PostgreSQL takes objects, and of them what it was told to take; SQLite finds a place in an array faster than
 * a name.
 */
function jsonOf(db: OmsDatabase, rows: readonly object[], columns: readonly string[]): string {
  if (isPostgres(db)) return JSON.stringify(rows);
  return JSON.stringify(rows.map((row) => columns.map((column) => (row as Record<string, unknown>)[column])));
}

function columnsOfArrays(rows: string, columns: readonly string[]): RawBuilder<unknown> {
  const values = columns.map((column, index) => sql`value ->> ${sql.lit(index)} as ${sql.ref(column)}`);
  return sql`select ${sql.join(values)} from json_each(${rows})`;
}

const refs = (columns: readonly string[]) => sql.join(columns.map((column) => sql.ref(column)));
