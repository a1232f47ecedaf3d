import { PostgresDialect } from 'kysely';
import pg from 'pg';
import { ConnectionPool } from './pool.ts';

/** What a pool of connections to PostgreSQL may use; times in ms. */
export interface PostgresLimits {
  connections: number;
  /** For a connection, or for one that is free. */
  connectWithinMs: number;
  /** For a statement, as the server counts; afterwards it ends the statement. None: 0. */
  statementWithinMs: number;
  /** For the answer to a statement, as we count: afterwards the server is taken for silent. None: 0. */
  answerWithinMs: number;
  /** How long a transaction may do nothing, as that of a stopped process does, before its locks are given to others. None: 0. */
  idleInTransactionMs: number;
}

/** No statement of ours takes this long; one that does holds up others. */
export const USUAL_LIMITS: PostgresLimits = {
  connections: 20,
  connectWithinMs: 5000,
  statementWithinMs: 15_000,
  answerWithinMs: 20_000,
  idleInTransactionMs: 5000,
};

/** A change of a big table takes its time, and a replica that starts meanwhile waits for it. */
export const MIGRATION_LIMITS: PostgresLimits = {
  connections: 1,
  connectWithinMs: 5000,
  statementWithinMs: 0,
  answerWithinMs: 0,
  idleInTransactionMs: 0,
};

/** Types that pg gives as strings, because they may hold more than a number can: ours are times in ms and counts. */
const { INT8, NUMERIC } = pg.types.builtins;
type TypeId = Parameters<typeof pg.types.getTypeParser>[0];
const getTypeParser = (oid: TypeId, format?: 'text' | 'binary'): unknown =>
  oid === INT8 || oid === NUMERIC ? Number : pg.types.getTypeParser(oid, format);

/**
 * A prepared statement is planned once and for good. Planning takes longer than the finding of a few rows by an index, the more so where
 * there are many partitions; and PostgreSQL, left alone, plans anew whatever it takes for a little dearer in general than for
 * given values. None of our statements is one for compiled code either.
 */
const SESSION = '-c plan_cache_mode=force_generic_plan -c jit=off';

/** A database of a PostgreSQL server, by its URL (`postgresql://user:password@host:port/database`, as libpq writes it). */
export function postgresDialect(
  url: string,
  { limits, onLost }: { limits: PostgresLimits; onLost: (error: Error) => void },
): PostgresDialect {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'faultline-oms',
    max: limits.connections,
    connectionTimeoutMillis: limits.connectWithinMs,
    statement_timeout: limits.statementWithinMs,
    idle_in_transaction_session_timeout: limits.idleInTransactionMs,
    keepAlive: true,
    options: SESSION,
    types: { getTypeParser },
  });
  return new PostgresDialect({ pool: new ConnectionPool(pool, { answerWithinMs: limits.answerWithinMs, onLost }) });
}

/** The URL as logs and messages may show it: without its password. */
export function withoutPassword(url: string): string {
  if (!URL.canParse(url)) return 'the database URL';
  const shown = new URL(url);
  if (shown.password !== '') shown.password = '***';
  return shown.href;
}
