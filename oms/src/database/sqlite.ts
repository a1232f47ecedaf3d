import SqliteDatabase from 'better-sqlite3';
import { SqliteAdapter, SqliteDialect, type SqliteDatabase as KyselySqlite } from 'kysely';

/**
 * The store in one SQLite file. `synchronous=FULL` with a write-ahead log: a commit is on the disk when it returns, so that what was
 * acknowledged survives SIGKILL and a power cut (decision 5).
 */
export function sqliteDialect(file: string): SqliteDialect {
  return new MigratedWholly({ database: () => Promise.resolve(forKysely(openSqlite(file))) });
}

/**
 * Kysely leaves SQLite's migrations without a transaction, because a pragma that some need does nothing in one. Ours need none, and a store of
 * which the tables were half made when the process ended could not be opened any more.
 */
class MigratedWholly extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return new TransactionalAdapter();
  }
}

class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
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

/** Statements of ours differ little: in how many rows they take, above all. */
const MAX_PREPARED = 200;

/**
 * Prepares each statement once. SQLite ends a transaction by itself when the disk is full. Kysely then asks for a rollback of none, whose refusal would
 * stand in the logs and in the status in place of what happened.
 */
function forKysely(sqlite: SqliteDatabase.Database): KyselySqlite {
  const nothing = sqlite.prepare('select 1 where 0');
  const prepared = new Map<string, SqliteDatabase.Statement>();
  const prepare = (text: string): SqliteDatabase.Statement => {
    const statement = prepared.get(text) ?? sqlite.prepare(text);
    // The one that was not used for longest is the first.
    prepared.delete(text);
    prepared.set(text, statement);
    const [oldest] = prepared.keys();
    if (prepared.size > MAX_PREPARED && oldest !== undefined) prepared.delete(oldest);
    return statement;
  };
  return {
    close: () => sqlite.close(),
    prepare: (text) => (text === 'rollback' && !sqlite.inTransaction ? nothing : prepare(text)),
  };
}
