import { readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { exists } from './files.ts';
import { LOCK_FILE } from './lock.ts';
import { dropPin, pinnedInode, pinsOf } from './network.ts';
import { killAll, networkInodeOf, processesOfLab, type ProcessStat } from './processes.ts';
import type { Run } from './run.ts';
import { STATE_FILE } from './state.ts';

export interface DownReport {
  /** How many processes had to be ended. */
  processes: number;
  /** How many network namespaces were removed. */
  networks: number;
}

/**
 * Ends every process of the lab in `folder`, removes its namespaces (and so its links and mounts) and its files. Needs
 * nothing but the folder's name: what belongs to the lab is told by the namespaces pinned below it and by the
 * environment of the processes, so it works after any crash. Throws LabError `processes-left`.
 */
export async function clearAway(run: Run, folder: string): Promise<DownReport> {
  const ended = new Set<number>();
  const networks = new Set<number>();
  const remaining = async (): Promise<ProcessStat[]> => {
    const found = await processesOfLab(folder, networks);
    for (const { pid } of found) ended.add(pid);
    return found;
  };
  const pins = await pinsOf(folder);
  for (const pin of pins) networks.add(await pinnedInode(pin));
  // A pin may be gone while its processes live (someone unmounted it): they lead to the namespace all the same.
  const outside = await networkInodeOf('self');
  for (const { pid } of await processesOfLab(folder, networks)) {
    const inode = await networkInodeOf(pid);
    if (inode !== undefined && inode !== outside) networks.add(inode);
  }
  await killAll(remaining);
  // A process of a killed `up` may have made another namespace while the others ended.
  const left = await pinsOf(folder);
  for (const pin of left) networks.add(await pinnedInode(pin));
  for (const pin of left) await dropPin(run, pin);
  await killAll(remaining);
  await removeFiles(folder);
  return { processes: ended.size, networks: left.length };
}

/** Only what a lab makes, and only where one is recorded; the record goes last, so that a crash here can be repeated. */
async function removeFiles(folder: string): Promise<void> {
  if (!(await exists(join(folder, STATE_FILE)))) return;
  for (const name of ['hosts', 'switch', 'outside', 'images', 'domains', `${STATE_FILE}.new`, STATE_FILE]) {
    await rm(join(folder, name), { recursive: true, force: true });
  }
}

/** Locks that dead processes left behind; the one that is held stays. */
export async function sweepLocks(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith(`${LOCK_FILE}.`)) await rm(join(folder, name), { force: true });
  }
}

/** Removes the lab's folder, unless there is something else in it, or a new lab already. */
export async function removeIfEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'ENOENT') throw error;
  }
}
