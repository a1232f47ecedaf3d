import { Kysely, Migrator, sql } from 'kysely';
import type { AlarmTables } from '../alarms/tables.ts';
import type { AlertmanagerTables } from '../alertmanager/tables.ts';
import type { AuditTables } from '../audit/tables.ts';
import type { ConnectivityTables } from '../connectivity/tables.ts';
import type { CycleTables } from '../cycles/tables.ts';
import { messageOf } from '../errors.ts';
import type { ObservedTables } from '../observed/tables.ts';
import type { HostTables } from '../hosts/tables.ts';
import type { LeaseTables } from '../lease/tables.ts';
import type { FaultReportTables } from '../fault-reports/tables.ts';
import type { OperationsTables } from '../operations/tables.ts';
import type { OtlpTables } from '../otlp/tables.ts';
import type { ReportTables } from '../reports/tables.ts';
import type { StateTables } from '../states/tables.ts';
import type { TokenTables } from '../tokens/tables.ts';
import type { VmTables } from '../vms/tables.ts';
import { migrations } from './migrations.ts';
import { MIGRATION_LIMITS, postgresDialect, USUAL_LIMITS, withoutPassword, type PostgresLimits } from './postgres.ts';
import { sqliteDialect } from './sqlite.ts';

/** All tables: each domain declares its own, and only that domain's store reads and writes them. */
export interface Database
  extends
    VmTables,
    CycleTables,
    StateTables,
    ReportTables,
    AlarmTables,
    AlertmanagerTables,
    FaultReportTables,
    OperationsTables,
    ObservedTables,
    OtlpTables,
    HostTables,
    ConnectivityTables,
    AuditTables,
    TokenTables,
    LeaseTables {}

/** The store, or a transaction on it: a store function takes either. */
export type OmsDatabase = Kysely<Database>;

/** Thrown when the store cannot be opened or brought up to date; the message names the file and why. */
export class StoreUnusableError extends Error {
  override readonly name = 'StoreUnusableError';
  readonly code = 'store-unusable';
}

export interface ConnectOptions {
  /** Told when a connection to the server is lost; the next question opens another. */
  onLost?: (error: Error) => void;
  /** Of PostgreSQL; what is not given is as usual. */
  limits?: Partial<PostgresLimits>;
}

/** Whether a store's location is a PostgreSQL server's URL and not a file. */
export const isPostgresUrl = (location: string): boolean => /^postgres(ql)?:\/\//.test(location);

/**
 * The store as it is; nothing is asked of it yet.
 *
 * @param location a SQLite file, `:memory:`, or a PostgreSQL database's URL
 */
export function connectDatabase(
  location: string,
  { onLost = () => undefined, limits }: ConnectOptions = {},
): OmsDatabase {
  const dialect = isPostgresUrl(location)
    ? postgresDialect(location, { onLost, limits: { ...USUAL_LIMITS, ...limits } })
    : sqliteDialect(location);
  return new Kysely<Database>({ dialect });
}

/**
 * Opens the store and brings its tables up to date; several replicas may do so at once.
 *
 * @param location a SQLite file, `:memory:`, or a PostgreSQL database's URL
 * @throws StoreUnusableError when it cannot be reached, is no store, or was written by a newer Faultline
 */
export async function openDatabase(location: string, options: ConnectOptions = {}): Promise<OmsDatabase> {
  const db = connectDatabase(location, options);
  try {
    if (isPostgresUrl(location)) await migrateOver(connectDatabase(location, { limits: MIGRATION_LIMITS }));
    else await migrate(db);
    return db;
  } catch (error) {
    await db.destroy();
    const name = isPostgresUrl(location) ? withoutPassword(location) : location;
    throw new StoreUnusableError(`${name}: ${messageOf(error)}`, { cause: error });
  }
}

/** Over a connection of its own, because the usual ones do not wait long enough. */
async function migrateOver(db: OmsDatabase): Promise<void> {
  try {
    await migrate(db);
  } finally {
    await db.destroy();
  }
}

async function migrate(db: OmsDatabase): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(migrations) },
    allowUnorderedMigrations: true,
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw new Error('its tables cannot be brought up to date', { cause: error });
}

/** Asks the store for something it always has. @throws what the database says when it does not answer */
export async function askStore(db: OmsDatabase): Promise<void> {
  await sql`select 1 from vms limit 1`.execute(db);
}
