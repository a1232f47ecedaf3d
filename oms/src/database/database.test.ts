import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { DataFolderHeldError, lockDataFolder, openDatabase, StoreUnusableError } from './index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-store-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the store', () => {
  it('commits to the disk before it answers, and is found again with its tables', async () => {
    const file = join(folder, 'faultline.db');
    const first = await openDatabase(file);
    expect((await sql`pragma journal_mode`.execute(first)).rows).toEqual([{ journal_mode: 'wal' }]);
    expect((await sql`pragma synchronous`.execute(first)).rows).toEqual([{ synchronous: 2 }]);
    await first.insertInto('reports').values({ host: 'hA', at: 1, id: 'r1', type: 'alarm', received: 1 }).execute();
    await first.destroy();
    const second = await openDatabase(file);
    expect(await second.selectFrom('reports').selectAll().execute()).toEqual([
      { host: 'hA', at: 1, id: 'r1', type: 'alarm', received: 1 },
    ]);
    await second.destroy();
  });

  it('says that the disk is full, and goes on when it no longer is', async () => {
    const db = await openDatabase(join(folder, 'faultline.db'));
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(db);
    await sql.raw(`pragma max_page_count = ${rows[0]?.page_count ?? 0}`).execute(db);
    const fill = (ids: number[]): Promise<void> =>
      db.transaction().execute(async (trx) => {
        for (const id of ids) {
          const row = { host: 'x'.repeat(4000), at: 1, id: `r${id}`, type: 'alarm' as const, received: id };
          await trx.insertInto('reports').values(row).execute();
        }
      });
    const ids = Array.from({ length: 100 }, (_, index) => index);
    await expect(fill(ids)).rejects.toMatchObject({ code: 'SQLITE_FULL' });
    expect(await db.selectFrom('reports').selectAll().execute()).toEqual([]);
    await sql`pragma max_page_count = 100000`.execute(db);
    await fill(ids);
    expect(await db.selectFrom('reports').selectAll().execute()).toHaveLength(100);
    await db.destroy();
  });

  it('refuses a file that is no store, and one that a newer Faultline wrote, and says which', async () => {
    const file = join(folder, 'faultline.db');
    writeFileSync(file, 'not a database, and long enough to be looked at'.repeat(20));
    await expect(openDatabase(file)).rejects.toThrow(StoreUnusableError);
    await expect(openDatabase(file)).rejects.toThrow(file);
    rmSync(file);
    const db = await openDatabase(file);
    await sql`insert into kysely_migration values ('vms-999', '2040-01-01')`.execute(db);
    await db.destroy();
    await expect(openDatabase(file)).rejects.toThrow('vms-999');
  });
});

describe('the data folder', () => {
  const options = { address: 'http://127.0.0.1:3000', since: new Date(0) };

  it('is held by one OMS, who says who it is, until it lets go', () => {
    const lock = lockDataFolder(folder, options);
    lock.announce('http://127.0.0.1:4000');
    const second = (): unknown => lockDataFolder(folder, options);
    expect(second).toThrow(DataFolderHeldError);
    expect(second).toThrow(`pid ${process.pid}, at http://127.0.0.1:4000, since 1970-01-01T00:00:00.000Z`);
    lock.release();
    expect(existsSync(join(folder, 'lock.json'))).toBe(false);
    lockDataFolder(folder, options).release();
  });

  it('is made where there is none, and named where it cannot be used', () => {
    const file = join(folder, 'a-file');
    writeFileSync(file, 'x');
    expect(() => lockDataFolder(file, options)).toThrow(StoreUnusableError);
    expect(() => lockDataFolder(file, options)).toThrow(`the data folder ${file} cannot be used`);
    writeFileSync(join(folder, 'lock.db'), 'no lock of ours');
    expect(() => lockDataFolder(folder, options)).toThrow(`the data folder ${folder} cannot be used`);
    lockDataFolder(join(folder, 'new'), options).release();
  });

  it('still says that it is held where the holder left no word, or a strange one', () => {
    const lock = lockDataFolder(folder, options);
    for (const word of ['{"pid":"x"}', 'nonsense']) {
      writeFileSync(join(folder, 'lock.json'), word);
      expect(() => lockDataFolder(folder, options)).toThrow('it did not say who it is');
    }
    lock.release();
  });

  it('is free again when its holder was killed', async () => {
    const sqlite = createRequire(import.meta.url).resolve('better-sqlite3');
    const holder = spawn(process.execPath, [
      '-e',
      `const db = new (require(${JSON.stringify(sqlite)}))(${JSON.stringify(join(folder, 'lock.db'))});
       db.pragma('locking_mode = EXCLUSIVE'); db.exec('BEGIN EXCLUSIVE; COMMIT');
       process.stdout.write('held'); setInterval(() => {}, 1000);`,
    ]);
    await once(holder.stdout, 'data');
    expect(() => lockDataFolder(folder, options)).toThrow(DataFolderHeldError);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    lockDataFolder(folder, options).release();
    expect(() => readFileSync(join(folder, 'lock.json'))).toThrow('ENOENT');
  });
});
