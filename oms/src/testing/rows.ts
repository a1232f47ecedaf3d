import { sql } from 'kysely';
import type { OmsDatabase } from '../database/index.ts';

/** Every row of every table as JSON, table by table: two of these are equal where nothing was changed in between. */
export async function rowsOf(db: OmsDatabase): Promise<Record<string, string[]>> {
  const tables = (await db.introspection.getTables()).map(({ name }) => name).sort();
  const all: Record<string, string[]> = {};
  for (const table of tables) {
    const { rows } = await sql`select * from ${sql.table(table)}`.execute(db);
    all[table] = rows.map((row) => JSON.stringify(row)).sort();
  }
  return all;
}
