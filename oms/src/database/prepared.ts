import { CompiledQuery, sql, type RawBuilder, type SelectQueryBuilder } from 'kysely';
import type { Database, OmsDatabase } from './database.ts';
import { isPostgres } from './engine.ts';

/** What stands for a value until the query runs. */
class Slot {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }

  [Symbol.toPrimitive](): never {
    throw new TypeError(`${this.name} of a prepared query is known only when it runs: compute with it before`);
  }
}

const SLOTS = new Proxy({}, { get: (_, name) => new Slot(String(name)) });

/** By its text, a query's name on a PostgreSQL connection, which parses and plans it once. */
const names = new Map<string, string>();

/** Under which name a statement stays prepared on a PostgreSQL connection; undefined: it does not. */
export const nameOfPrepared = (text: string): string | undefined => names.get(text);

/** Runs a prepared query. */
export type Prepared<Given extends object, Row> = (db: OmsDatabase, values: Given) => Promise<Row[]>;

/**
 * A query that is built and compiled once for each engine. For one that finds a few rows by an index, that costs more than the answer; a
 * chart is made of ten of them.
 *
 * @param build is given stand-ins of the values, texts and numbers: they may stand in the query, and nothing else may be made of them
 */
export function prepared<Given extends object, Row>(
  build: (db: OmsDatabase, values: Given) => { compile(db: OmsDatabase): CompiledQuery<Row> },
): Prepared<Given, Row> {
  const compiled = new Map<boolean, CompiledQuery<Row>>();
  return async (db, values) => {
    const engine = isPostgres(db);
    const query = compiled.get(engine) ?? build(db, SLOTS as Given).compile(db);
    if (engine && !names.has(query.sql)) names.set(query.sql, `prepared ${names.size + 1}`);
    compiled.set(engine, query);
    const given = values as Record<string, unknown>;
    const parameters = query.parameters.map((value) => (value instanceof Slot ? given[value.name] : value));
    const { rows } = await db.executeQuery<Row>(CompiledQuery.raw(query.sql, parameters));
    return rows;
  };
}

/**
 * The same where there may be thousands of rows. A driver hands each value over by itself, which costs several times what the reading
 * does; so the database makes one JSON array of each column.
 *
 * @param columns all of the query, of numbers, texts and nulls; its order is kept, as both engines aggregate an ordered subquery in its order
 */
export function preparedForMany<Given extends object, Row extends object>(
  columns: readonly (keyof Row & string)[],
  build: (db: OmsDatabase, values: Given) => SelectQueryBuilder<Database, never, Row>,
): Prepared<Given, Row> {
  const read = prepared<Given, Record<string, unknown>>((db, values) => arraysOf(db, build(db, values), columns));
  return async (db, values) => {
    const [row] = await read(db, values);
    const arrays = columns.map((column) => parsed(row?.[column]));
    return (arrays[0] ?? []).map((_, index) => {
      const made: Record<string, unknown> = {};
      // A loop, because this is done for every value.
      for (let column = 0; column < columns.length; column += 1) made[columns[column] ?? ''] = arrays[column]?.[index];
      return made as Row;
    });
  };
}

function arraysOf(
  db: OmsDatabase,
  query: SelectQueryBuilder<Database, never, object>,
  columns: readonly string[],
): RawBuilder<Record<string, unknown>> {
  const arrayOf = isPostgres(db)
    ? (column: string) => sql`coalesce(json_agg(${sql.ref(column)}), '[]')`
    : (column: string) => sql`json_group_array(${sql.ref(column)})`;
  const arrays = sql.join(columns.map((column) => sql`${arrayOf(column)} as ${sql.ref(column)}`));
  return sql`select ${arrays} from (${query}) as asked`;
}

/** PostgreSQL's driver knows the type and has parsed it. */
const parsed = (array: unknown): unknown[] => (typeof array === 'string' ? JSON.parse(array) : array) as unknown[];
