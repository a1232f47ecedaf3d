import { PostgresDialect } from 'kysely';
import pg from 'pg';

const CONNECT_WITHIN_MS = 10_000;
/** No statement of ours takes this long; one that does holds up others, and is ended. */
const STATEMENT_WITHIN_MS = 60_000;
const MAX_CONNECTIONS = 20;

/** Types that pg gives as strings, because they may hold more than a number can: ours are times in ms and counts. */
const { INT8, NUMERIC } = pg.types.builtins;
type TypeId = Parameters<typeof pg.types.getTypeParser>[0];
const getTypeParser = (oid: TypeId, format?: 'text' | 'binary'): unknown =>
  oid === INT8 || oid === NUMERIC ? Number : pg.types.getTypeParser(oid, format);

/** A database of a PostgreSQL server, by its URL (`postgresql://user:password@host:port/database`, as libpq writes it). */
export function postgresDialect(url: string, onIdleError: (error: Error) => void): PostgresDialect {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'faultline-oms',
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    statement_timeout: STATEMENT_WITHIN_MS,
    keepAlive: true,
    types: { getTypeParser },
  });
  // A connection that nobody uses is lost when the server ends; the pool opens another when one is asked for.
  pool.on('error', onIdleError);
  return new PostgresDialect({ pool });
}

/** The URL as logs and messages may show it: without its password. */
export function withoutPassword(url: string): string {
  if (!URL.canParse(url)) return 'the database URL';
  const shown = new URL(url);
  if (shown.password !== '') shown.password = '***';
  return shown.href;
}
