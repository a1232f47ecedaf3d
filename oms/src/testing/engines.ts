import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from '@jest/globals';
import pg from 'pg';
import { openDatabase, type OmsDatabase } from '../database/index.ts';

/** Where the tests' PostgreSQL server is, as Jest's global setup leaves it; absent where PostgreSQL is not installed. */
const SERVER = process.env['FAULTLINE_TEST_DATABASE_URL'];

export interface Engine {
  name: 'SQLite' | 'PostgreSQL';
  /** Where `openDatabase` makes an empty store that is there until it is disposed of. */
  newPlace: () => Promise<{ location: string; dispose: () => void }>;
  /** An empty store with all its tables; the caller destroys it. */
  open: () => Promise<OmsDatabase>;
}

const sqlite: Engine = {
  name: 'SQLite',
  newPlace: () => {
    const folder = mkdtempSync(join(tmpdir(), 'faultline-store-'));
    const dispose = (): void => {
      rmSync(folder, { recursive: true, force: true });
    };
    return Promise.resolve({ location: join(folder, 'faultline.db'), dispose });
  },
  open: () => openDatabase(':memory:'),
};

const postgres: Engine = {
  name: 'PostgreSQL',
  // It ends with the server of this run.
  newPlace: async () => ({ location: await newPostgresDatabase('template1'), dispose: () => undefined }),
  open: async () => openDatabase(await newPostgresDatabase(await databaseWithTables())),
};

const urlOf = (database: string): string => {
  const url = new URL(SERVER ?? '');
  url.pathname = `/${database}`;
  return url.href;
};

async function asSuperuser<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  if (SERVER === undefined) throw new Error('there is no PostgreSQL server: apt-get install postgresql');
  const client = new pg.Client({ connectionString: SERVER });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function newPostgresDatabase(template: string): Promise<string> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await asSuperuser((client) => client.query(`create database ${name} template ${template}`));
  return urlOf(name);
}

/** A copy of a database with all its tables is made faster than the tables; the first test of a run makes the one that is copied. */
async function databaseWithTables(): Promise<string> {
  const name = 'with_tables';
  await asSuperuser(async (client) => {
    await client.query('select pg_advisory_lock(1)');
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (rowCount === 1) return;
    // Its name is given last: one that is half made must not be copied.
    await client.query('create database in_the_making');
    const db = await openDatabase(urlOf('in_the_making'));
    await db.destroy();
    await client.query(`alter database in_the_making rename to ${name}`);
  });
  return name;
}

/** Describes the same behaviour of a store on every engine (decision 5). */
export function onEachEngine(title: string, tests: (engine: Engine) => void): void {
  describe(`${title}, on SQLite`, () => {
    tests(sqlite);
  });
  onPostgres(title, tests);
}

/** Describes what only several on one store can meet. */
export function onPostgres(title: string, tests: (engine: Engine) => void): void {
  const isThere = SERVER !== undefined;
  (isThere ? describe : describe.skip)(
    `${title}, on PostgreSQL${isThere ? '' : ' (skipped: it is not installed)'}`,
    () => {
      tests(postgres);
    },
  );
}
