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
  newPlace: async () => ({ location: await newPostgresDatabase(), dispose: () => undefined }),
  open: async () => openDatabase(await newPostgresDatabase()),
};

async function newPostgresDatabase(): Promise<string> {
  if (SERVER === undefined) throw new Error('there is no PostgreSQL server: apt-get install postgresql');
  const name = `test_${randomBytes(8).toString('hex')}`;
  const client = new pg.Client({ connectionString: SERVER });
  await client.connect();
  try {
    await client.query(`create database ${name}`);
  } finally {
    await client.end();
  }
  const url = new URL(SERVER);
  url.pathname = `/${name}`;
  return url.href;
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
