import { join } from 'node:path';
import { PostgresServer } from '@faultline/lab';
import SqliteDatabase from 'better-sqlite3';
import pg from 'pg';
import type { Closers } from '../../closers.ts';
import { startOms, type Oms } from '../../programs.ts';

export type Row = Record<string, string | number | null>;
/** Rows by table: what one transaction inserts. */
export type Inserts = readonly (readonly [table: string, rows: readonly Row[]])[];

/** A store on the disk, with the OMS that works on it or without. */
export interface Store {
  /** Starts an OMS on it, which makes its tables. */
  startOms(args?: string[]): Promise<Oms>;
  /** Opens it beside or without the OMS. */
  open(): Promise<OpenStore>;
}

/** A store as its database's own driver gives it. */
export interface OpenStore {
  /** The tables with records. */
  tables(): Promise<string[]>;
  columns(table: string): Promise<string[]>;
  rows(table: string): Promise<Row[]>;
  /** Runs a statement; all of them on one connection. */
  run(sql: string): Promise<void>;
  /** Makes what an OMS that ran all the time would have made for records of these times. */
  makeRoom(from: number, to: number): Promise<void>;
  /** Has the database do at once what it does by itself some time after so much was written. */
  settle(): Promise<void>;
  count(table: string): Promise<number>;
  /** Inserts as fast as the bare driver does, one transaction after another, over as many connections as the engine uses. */
  insertBare(transactions: readonly Inserts[], connections: number): Promise<void>;
  close(): Promise<void>;
}

export interface Engine {
  name: 'SQLite' | 'PostgreSQL';
  newStore(): Promise<Store>;
}

/** Not what is about the store itself: its migrations, and which OMS performs operations. */
const isOwn = (table: string): boolean => !/^(kysely_|sqlite_|leases$)/.test(table);
const columnsOf = (rows: readonly Row[]): string[] => Object.keys(rows[0] ?? {});
const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

/** SQLite as the OMS opens it: a commit is on the disk when it returns. */
export function sqliteEngine(folder: string): Engine {
  let stores = 0;
  return {
    name: 'SQLite',
    newStore: () => {
      stores += 1;
      const data = join(folder, `sqlite${stores}`);
      return Promise.resolve({
        startOms: (args = []) => startOms(data, ['--log.level', 'error', ...args]),
        open: () => Promise.resolve(openSqlite(join(data, 'faultline.db'))),
      });
    },
  };
}

function openSqlite(file: string): OpenStore {
  const db = new SqliteDatabase(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  const count = (table: string): number =>
    db.prepare<[], { n: number }>(`select count(*) as n from "${table}"`).get()?.n ?? 0;
  const insertsInto = new Map<string, SqliteDatabase.Statement>();
  const insert = (table: string, rows: readonly Row[]): void => {
    const columns = columnsOf(rows);
    const statement =
      insertsInto.get(table) ??
      db.prepare(`insert into "${table}" (${quoted(columns)}) values (${columns.map(() => '?').join(', ')})`);
    insertsInto.set(table, statement);
    for (const row of rows) statement.run(...columns.map((column) => row[column]));
  };
  return {
    tables: () => {
      const all = db.prepare<[], { name: string }>("select name from sqlite_master where type = 'table' order by name");
      const names = all.all().map(({ name }) => name);
      return Promise.resolve(names.filter((name) => isOwn(name) && count(name) > 0));
    },
    columns: (table) =>
      Promise.resolve(
        db
          .prepare(`select * from "${table}"`)
          .columns()
          .map(({ name }) => name),
      ),
    rows: (table) => Promise.resolve(db.prepare<[], Row>(`select * from "${table}" order by rowid`).all()),
    run: (sql) => {
      db.exec(sql);
      return Promise.resolve();
    },
    makeRoom: () => Promise.resolve(),
    settle: () => {
      db.pragma('wal_checkpoint(TRUNCATE)');
      return Promise.resolve();
    },
    count: (table) => Promise.resolve(count(table)),
    insertBare: (transactions) => {
      for (const inserts of transactions) {
        db.exec('begin');
        for (const [table, rows] of inserts) insert(table, rows);
        db.exec('commit');
      }
      return Promise.resolve();
    },
    close: () => {
      db.close();
      return Promise.resolve();
    },
  };
}

/** A PostgreSQL server of the benchmark's own, which waits for the disk at every commit. */
export async function postgresEngine(folder: string, closers: Closers): Promise<Engine> {
  const server = await PostgresServer.start({ folder, durable: true });
  closers.add(() => server.remove());
  let stores = 0;
  return {
    name: 'PostgreSQL',
    newStore: async () => {
      stores += 1;
      const name = `bench${stores}`;
      const admin = new pg.Client(server.url());
      await admin.connect();
      await admin.query(`create database ${name}`);
      await admin.end();
      const url = server.url(name);
      const data = join(folder, name);
      return {
        startOms: (args = []) => startOms(data, ['--log.level', 'error', ...args], undefined, { DATABASE_URL: url }),
        open: () => Promise.resolve(openPostgres(url)),
      };
    },
  };
}

const DAY_MS = 86_400_000;
/** The partitioned tables with the bounds of each partition. */
const PARTITIONS = `select p.relname as name, pg_get_expr(c.relpartbound, c.oid) as bounds
  from pg_class p join pg_inherits i on i.inhparent = p.oid join pg_class c on c.oid = i.inhrelid where p.relkind = 'p'`;

/** Of the partition for all else: nothing. */
function boundsOf(bounds: string): { from: number; to: number } {
  const [, from = 'NaN', to = 'NaN'] = /^FOR VALUES FROM \('(\d+)'\) TO \('(\d+)'\)$/.exec(bounds) ?? [];
  return { from: Number(from), to: Number(to) };
}

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  await client.connect();
  return client;
}

const { INT8 } = pg.types.builtins;
type TypeId = Parameters<typeof pg.types.getTypeParser>[0];

function openPostgres(url: string): OpenStore {
  const getTypeParser = (oid: TypeId, format?: 'text' | 'binary'): unknown =>
    oid === INT8 ? Number : pg.types.getTypeParser(oid, format);
  const pool = new pg.Pool({ connectionString: url, types: { getTypeParser } });
  // The server may end before the pool has let all of its connections go.
  pool.on('error', () => undefined);
  let client: Promise<pg.Client> | undefined;
  const run = async (sql: string): Promise<void> => {
    client ??= connected(url);
    await (await client).query(sql);
  };
  const count = async (table: string): Promise<number> =>
    (await pool.query<{ n: number }>(`select count(*) as n from "${table}"`)).rows[0]?.n ?? 0;
  const insert = async (client: pg.PoolClient, inserts: Inserts): Promise<void> => {
    await client.query('begin');
    for (const [table, rows] of inserts) {
      const columns = columnsOf(rows);
      if (columns.length === 0) continue;
      const places = rows.map(
        (_, row) => `(${columns.map((_, at) => `$${row * columns.length + at + 1}`).join(', ')})`,
      );
      await client.query(
        `insert into "${table}" (${quoted(columns)}) values ${places.join(', ')}`,
        rows.flatMap((row) => columns.map((column) => row[column])),
      );
    }
    await client.query('commit');
  };
  return {
    tables: async () => {
      const { rows } = await pool.query<{ name: string }>(
        "select relname as name from pg_class where relkind in ('r', 'p') and not relispartition and relnamespace = 'public'::regnamespace order by 1",
      );
      const names = rows.map(({ name }) => name).filter(isOwn);
      const counts = await Promise.all(names.map(count));
      return names.filter((_, index) => (counts[index] ?? 0) > 0);
    },
    columns: async (table) => (await pool.query(`select * from "${table}" limit 0`)).fields.map(({ name }) => name),
    rows: async (table) => (await pool.query<Row>(`select * from "${table}"`)).rows,
    run,
    makeRoom: async (from, to) => {
      const { rows } = await pool.query<{ name: string; bounds: string | null }>(PARTITIONS);
      for (const name of new Set(rows.map((row) => row.name))) {
        const taken = rows.flatMap((row) => (row.name === name ? [boundsOf(row.bounds ?? '')] : []));
        for (let at = Math.floor(from / DAY_MS) * DAY_MS; at < to; at += DAY_MS) {
          if (taken.some((other) => other.from < at + DAY_MS && other.to > at)) continue;
          await run(
            `create table "${name}_past_${at}" partition of "${name}" for values from (${at}) to (${at + DAY_MS})`,
          );
        }
      }
    },
    settle: async () => {
      await run('vacuum analyze');
    },
    count,
    insertBare: async (transactions, connections) => {
      const left = [...transactions];
      const lane = async (): Promise<void> => {
        const client = await pool.connect();
        try {
          for (let next = left.shift(); next !== undefined; next = left.shift()) await insert(client, next);
        } finally {
          client.release();
        }
      };
      await Promise.all(Array.from({ length: connections }, lane));
    },
    close: async () => {
      await (await client)?.end();
      await pool.end();
    },
  };
}
