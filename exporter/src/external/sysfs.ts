import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename, join } from 'node:path';

/**
 * What the kernel answers for an attribute that it does not have, or not at this moment: `carrier` of an interface that is down is EINVAL,
 * a device that is going is ENODEV or ENXIO.
 */
const NOT_THERE = new Set(['ENOENT', 'ENOTDIR', 'EINVAL', 'ENODEV', 'ENXIO', 'EOPNOTSUPP', 'EACCES']);

/** sysfs, read one file after the other: an attribute that hangs in its driver takes one thread from the pool, not all. */
export class Sysfs {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** The text of an attribute without its end of line; null where there is none. */
  async text(path: string): Promise<string | null> {
    const read = readFile(join(this.#root, path), 'utf8');
    return nullIfNotThere(read.then((text) => text.trimEnd()));
  }

  /** The names in a folder, in order; none where there is no such folder. */
  async names(path: string): Promise<string[]> {
    return ((await nullIfNotThere(readdir(join(this.#root, path)))) ?? []).sort();
  }

  /** The name of what a link leads to; null where there is no link. */
  async linkName(path: string): Promise<string | null> {
    const target = await nullIfNotThere(readlink(join(this.#root, path)));
    return target === null ? null : basename(target);
  }
}

async function nullIfNotThere<Value>(reading: Promise<Value>): Promise<Value | null> {
  try {
    return await reading;
  } catch (error) {
    if (NOT_THERE.has((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}
