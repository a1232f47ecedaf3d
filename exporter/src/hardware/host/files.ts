import { open, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the host's own view of itself is mounted; elsewhere in a container, and in tests. */
export interface HostPaths {
  sysfs: string;
  procfs: string;
  udevData: string;
}

const MAX_FILE_BYTES = 64 * 1024;
const MAX_ENTRIES = 4096;

/** What a driver says where it has no value now. `EINVAL` is what an interface that is down answers for its carrier. */
const NOTHING_HERE = new Set([
  'ENOENT',
  'ENOTDIR',
  'EINVAL',
  'ENODEV',
  'ENXIO',
  'EIO',
  'ENODATA',
  'EAGAIN',
  'EBUSY',
  'EOPNOTSUPP',
  'ENOTSUP',
  'ETIMEDOUT',
  'EREMOTEIO',
  'EPROTO',
]);
const DENIED = new Set(['EACCES', 'EPERM']);

/** Reads the host's virtual files. "Not there" is an answer, not an error. */
export class HostFiles {
  readonly paths: HostPaths;
  /** Files that this process may not read: what they would say is unknown. */
  readonly denied = new Set<string>();

  constructor(paths: HostPaths) {
    this.paths = paths;
  }

  sys(...parts: string[]): string {
    return join(this.paths.sysfs, ...parts);
  }

  proc(...parts: string[]): string {
    return join(this.paths.procfs, ...parts);
  }

  /** At most `maxBytes` of a file; null where there is none. Virtual files have no size: one is read to its end. */
  async bytes(path: string, maxBytes = MAX_FILE_BYTES): Promise<Buffer | null> {
    return this.#unless(path, async () => {
      const file = await open(path, 'r');
      try {
        const buffer = Buffer.allocUnsafe(Math.min(maxBytes, 4096));
        const { bytesRead } = await file.read(buffer, 0, buffer.length);
        if (bytesRead < buffer.length) return buffer.subarray(0, bytesRead);
        const chunks = [buffer];
        for (let length = bytesRead; length < maxBytes;) {
          const more = Buffer.allocUnsafe(Math.min(maxBytes - length, MAX_FILE_BYTES));
          const { bytesRead: got } = await file.read(more, 0, more.length);
          if (got === 0) break;
          chunks.push(more.subarray(0, got));
          length += got;
        }
        return Buffer.concat(chunks);
      } finally {
        await file.close();
      }
    });
  }

  /** Its text without white space around; null where there is none, or nothing in it. */
  async text(path: string): Promise<string | null> {
    const text = (await this.bytes(path))?.toString('utf8').trim();
    return text === undefined || text === '' ? null : text;
  }

  /** The entries of a folder in order; none where there is no such folder. */
  async list(path: string): Promise<string[]> {
    const entries = (await this.#unless(path, () => readdir(path))) ?? [];
    return entries.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).slice(0, MAX_ENTRIES);
  }

  /** Where a link leads, as it is written; null where there is none. */
  linkTarget(path: string): Promise<string | null> {
    return this.#unless(path, () => readlink(path));
  }

  /** The last part of where a link leads. */
  async linkName(path: string): Promise<string | null> {
    return (await this.linkTarget(path))?.split('/').pop() ?? null;
  }

  /** Several files of one folder by name, those that have a text. */
  async texts<Name extends string>(folder: string, names: readonly Name[]): Promise<Partial<Record<Name, string>>> {
    const pairs = await Promise.all(names.map(async (name) => [name, await this.text(join(folder, name))] as const));
    return Object.fromEntries(pairs.filter(([, text]) => text !== null)) as Partial<Record<Name, string>>;
  }

  async #unless<T>(path: string, read: () => Promise<T>): Promise<T | null> {
    try {
      return await read();
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? '';
      if (DENIED.has(code)) this.denied.add(path);
      else if (!NOTHING_HERE.has(code)) throw error;
      return null;
    }
  }
}

/** A whole number as the kernel writes it; undefined for anything else. */
export function integerOf(text: string | null | undefined): number | undefined {
  return text !== null && text !== undefined && /^-?\d{1,19}$/.test(text) ? Number(text) : undefined;
}
