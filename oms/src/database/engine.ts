import { PostgresAdapter, type Kysely } from 'kysely';

/** For what the engines do differently; everything else is said once, through Kysely. */
export function isPostgres(db: Pick<Kysely<unknown>, 'getExecutor'>): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter;
}
