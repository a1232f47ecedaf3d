import { mkdirSync, readFileSync, rmSync, writeFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { StoreUnusableError } from './database.ts';

/** Who holds a data folder, as written beside the lock for people and for the next start to read. */
const Holder = Type.Object({ pid: Type.Integer(), address: Type.String(), since: Type.String() });
type Holder = Static<typeof Holder>;

/** Thrown when another OMS runs on the data folder. It says nothing about whether that one is well. */
export class DataFolderHeldError extends Error {
  override readonly name = 'DataFolderHeldError';
  readonly code = 'data-folder-held';
}

interface DataFolderLock {
  /** Tells others where this OMS listens, once that is known. */
  announce(address: string): void;
  release(): void;
}

/**
 * Takes the data folder for this process, and makes it where there is none. The lock is an exclusively locked SQLite file: the kernel frees it when the
 * process ends, however it ends, so no stale lock ever has to be judged.
 *
 * @throws DataFolderHeldError naming who holds it; StoreUnusableError naming a folder that cannot be used
 */
export function lockDataFolder(folder: string, options: { address: string; since: Date }): DataFolderLock {
  try {
    makeDataFolder(folder);
    return takeLock(folder, options);
  } catch (error) {
    if (error instanceof DataFolderHeldError) throw error;
    throw new StoreUnusableError(`the data folder ${folder} cannot be used`, { cause: error });
  }
}

/** Where there is none, for nobody else on the machine: who reads the store's file asks no token. One that is there stays as it is. */
export function makeDataFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}

function takeLock(folder: string, options: { address: string; since: Date }): DataFolderLock {
  const holderFile = join(folder, 'lock.json');
  const sqlite = new SqliteDatabase(join(folder, 'lock.db'), { timeout: 0 });
  try {
    sqlite.pragma('locking_mode = EXCLUSIVE');
    // Under an exclusive locking mode the lock stays after the transaction, until the file is closed.
    sqlite.exec('BEGIN EXCLUSIVE; COMMIT');
  } catch (error) {
    sqlite.close();
    if (!isBusy(error)) throw error;
    throw new DataFolderHeldError(`the data folder ${folder} is held by another OMS: ${describeHolder(holderFile)}`);
  }
  const announce = (address: string): void => {
    const holder: Holder = { pid: process.pid, address, since: options.since.toISOString() };
    writeFileSync(`${holderFile}.new`, `${JSON.stringify(holder)}\n`);
    renameSync(`${holderFile}.new`, holderFile);
  };
  announce(options.address);
  return {
    announce,
    release: () => {
      rmSync(holderFile, { force: true });
      sqlite.close();
    },
  };
}

/** By its code: the native module hands every copy of its wrapper the error class of the first one. */
function isBusy(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && code.startsWith('SQLITE_BUSY');
}

/** The lock is what counts; the file beside it may not be written yet, so that not reading it is no failure. */
function describeHolder(file: string): string {
  try {
    const holder: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (Value.Check(Holder, holder)) return `pid ${holder.pid}, at ${holder.address}, since ${holder.since}`;
    return `it did not say who it is (${file} is not in its form)`;
  } catch (error) {
    return `it did not say who it is (${error instanceof Error ? error.message : String(error)})`;
  }
}
