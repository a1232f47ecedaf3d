import SqliteDatabase from 'better-sqlite3';
import { Kysely, Migrator, sql, SqliteDialect, type SqliteDatabase as KyselySqlite } from 'kysely';
import type { AlarmTables } from '../alarms/tables.ts';
import type { AuditTables } from '../audit/tables.ts';
import type { ConnectivityTables } from '../connectivity/tables.ts';
import type { CycleTables } from '../cycles/tables.ts';
import { messageOf } from '../errors.ts';
import type { OperationsTables } from '../operations/tables.ts';
import type { ReportTables } from '../reports/tables.ts';
import type { StateTables } from '../states/tables.ts';
import type { VmTables } from '../vms/tables.ts';
import { migrations } from './migrations.ts';

/** All tables: each domain declares its own, and only that domain's store reads and writes them. */
export interface Database
  extends
    VmTables,
    CycleTables,
    StateTables,
    ReportTables,
    AlarmTables,
    OperationsTables,
    ConnectivityTables,
    AuditTables {}

/** The store, or a transaction on it: a store function takes either. */
export type OmsDatabase = Kysely<Database>;

/** Thrown when the store cannot be opened or brought up to date; the message names the file and why. */
export class StoreUnusableError extends Error {
  override readonly name = 'StoreUnusableError';
  readonly code = 'store-unusable';
}

/**
 * Opens the store in one SQLite file and brings its tables up to date.
 *
 * `synchronous=FULL` with a write-ahead log: a commit is on the disk when it returns, so that what was acknowledged
 * survives SIGKILL and a power cut (decision 5).
 *
 * @throws StoreUnusableError when the file is no store, or was written by a newer Faultline
 */
export async function openDatabase(file: string): Promise<OmsDatabase> {
  const db = new Kysely<Database>({
    dialect: new SqliteDialect({ database: () => Promise.resolve(forKysely(openSqlite(file))) }),
  });
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(migrations) },
    allowUnorderedMigrations: true,
  });
  try {
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined) throw new Error('its tables cannot be brought up to date', { cause: error });
    return db;
  } catch (error) {
    await db.destroy();
    throw new StoreUnusableError(`${file}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function openSqlite(file: string): SqliteDatabase.Database {
  const sqlite = new SqliteDatabase(file);
  try {
    sqlite.pragma('journal_mode = WAL');
    sqlite.pragma('synchronous = FULL');
    sqlite.pragma('foreign_keys = ON');
    sqlite.pragma('busy_timeout = 5000');
    return sqlite;
  } catch (error) {
    sqlite.close();
    throw error;
  }
}

/**
 * SQLite ends a transaction by itself when the disk is full. Kysely then asks for a rollback of none, whose refusal would
 * stand in the logs and in the status in place of what happened.
 */
function forKysely(sqlite: SqliteDatabase.Database): KyselySqlite {
  const nothing = sqlite.prepare('select 1 where 0');
  return {
    close: () => sqlite.close(),
    prepare: (text) => (text === 'rollback' && !sqlite.inTransaction ? nothing : sqlite.prepare(text)),
  };
}

/** Asks the store for something it always has. @throws what the database says when it does not answer */
export async function askStore(db: OmsDatabase): Promise<void> {
  await sql`select 1 from vms limit 1`.execute(db);
}
