import { randomUUID } from 'node:crypto';
import { link, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from './errors.ts';
import { readIfThere } from './files.ts';
import { isAlive, ownIdentity, type ProcessIdentity } from './processes.ts';

export const LOCK_FILE = 'lab.lock';

async function readHolder(path: string): Promise<ProcessIdentity | undefined> {
  const text = await readIfThere(path);
  const [pid, startTicks] = (text ?? '').split(' ').map(Number);
  return pid && startTicks !== undefined ? { pid, startTicks } : undefined;
}

async function tryToHold(folder: string): Promise<boolean> {
  const path = join(folder, LOCK_FILE);
  const own = await ownIdentity();
  const candidate = `${path}.${randomUUID()}`;
  await writeFile(candidate, `${own.pid} ${own.startTicks}`);
  try {
    // link() makes a complete lock file or none, and fails if there is one.
    await link(candidate, path);
    return true;
  } catch (error) {
    // EEXIST: someone holds it. ENOENT: `down` swept our candidate away as a leftover: the caller looks again.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST' && code !== 'ENOENT') throw error;
    return false;
  } finally {
    await rm(candidate, { force: true });
  }
}

/**
 * Does `work` while no other process brings the lab in `folder` up or down. The lock of a process that has died
 * is taken over. Throws LabError `folder-busy`.
 */
export async function withLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const path = join(folder, LOCK_FILE);
  while (!(await tryToHold(folder))) {
    const holder = await readHolder(path);
    if (holder && (await isAlive(holder))) {
      throw new LabError('folder-busy', `process ${holder.pid} brings the lab in ${folder} up or down right now`);
    }
    await discardDeadLock(path);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

/** Two processes may find the same dead lock: whoever moves it aside owns it, the other one finds it gone. */
async function discardDeadLock(path: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const moved = await readHolder(aside);
  if (moved && (await isAlive(moved))) {
    // Between our look and our move the other process took the lock over: give it back.
    await link(aside, path);
  }
  await rm(aside, { force: true });
}
