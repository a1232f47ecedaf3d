import { sql, type SelectQueryBuilder } from 'kysely';
import type { Database, OmsDatabase } from './database.ts';
import { isPostgres } from './hold.ts';

/**
 * Reads rows where there may be thousands. A driver hands each value over by itself, which costs several times what the reading does;
 * so the database makes one JSON array of each column.
 *
 * @param query its order is kept: both engines aggregate an ordered subquery in its order
 * @param columns all of the query, of numbers, texts and nulls
 */
export async function readManyRows<Row extends object>(
  db: OmsDatabase,
  query: SelectQueryBuilder<Database, never, Row>,
  columns: readonly (keyof Row & string)[],
): Promise<Row[]> {
  const arrayOf = isPostgres(db)
    ? (column: string) => sql`coalesce(json_agg(${sql.ref(column)}), '[]')`
    : (column: string) => sql`json_group_array(${sql.ref(column)})`;
  const arrays = sql.join(columns.map((column) => sql`${arrayOf(column)} as ${sql.ref(column)}`));
  const { rows } = await sql<Record<string, unknown>>`select ${arrays} from (${query}) as asked`.execute(db);
  const values = columns.map((column) => parsed(rows[0]?.[column]));
  return (values[0] ?? []).map((_, row) => {
    const made: Record<string, unknown> = {};
    // A loop, because this is done for every value.
    for (let column = 0; column < columns.length; column += 1) made[columns[column] ?? ''] = values[column]?.[row];
    return made as Row;
  });
}

/** PostgreSQL's driver knows the type and has parsed it. */
const parsed = (array: unknown): unknown[] => (typeof array === 'string' ? JSON.parse(array) : array) as unknown[];
