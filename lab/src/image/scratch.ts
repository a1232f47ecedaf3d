import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive, ownIdentity } from '../processes.ts';

const NAME = /^scratch-(\d+)-(\d+)-/;

/** Removes what processes that have died since left half built in the cache. */
async function sweep(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const [, pid, startTicks] = NAME.exec(name) ?? [];
    if (pid === undefined || startTicks === undefined) continue;
    const owner = { pid: Number(pid), startTicks: Number(startTicks) };
    if (!(await isAlive(owner))) await rm(join(cache, name), { recursive: true, force: true });
  }
}

let made = 0;

/** Does `work` with a new folder in the cache, which is removed afterwards; after a crash the next one does it. */
export async function withScratch<T>(cache: string, work: (folder: string) => Promise<T>): Promise<T> {
  await mkdir(cache, { recursive: true });
  await sweep(cache);
  const { pid, startTicks } = await ownIdentity();
  const folder = join(cache, `scratch-${pid}-${startTicks}-${made++}`);
  await mkdir(folder);
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
