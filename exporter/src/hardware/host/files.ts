import { close, closeSync, open, openSync, read, readdirSync, readlinkSync, readSync } from 'node:fs';
import { join } from 'node:path';

/** Where the host's own view of itself is mounted; elsewhere in a container, and in tests. */
export interface HostPaths {
  sysfs: string;
  procfs: string;
  udevData: string;
}

const MAX_FILE_BYTES = 64 * 1024;
const MAX_ENTRIES = 4096;
/** `cpu2` before `cpu10`. */
const BY_NUMBER = new Intl.Collator('en', { numeric: true });

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

/**
 * What the kernel answers from its own memory, whatever became of the device: counters that it keeps, and what it learned when the device
 * came. Everything else may ask a driver, which may ask firmware that hangs (a sensor on a bus, a link's speed, an array's lock), and is
 * read by the pool of threads, where a file costs ten times as much.
 */
const FROM_MEMORY_IN_SYSFS: readonly RegExp[] = [
  /^block\/[^/]+\/(dev|removable|serial|size|wwid|dm\/(name|suspended|uuid))$/,
  /^block\/[^/]+\/device\/(model|serial|state|vendor|wwid|vpd_pg80|nvme\d+\/(state|transport))$/,
  /^bus\/pci\/devices\/[^/]+\/(aer_dev_\w+|device|vendor)$/,
  /^bus\/usb\/devices\/[^/]+\/(busnum|devnum|idProduct|idVendor|serial)$/,
  /^class\/dmi\/id\/\w+$/,
  /^class\/net\/[^/]+\/(address|carrier_changes|carrier_up_count|flags|operstate)$/,
  /^class\/net\/[^/]+\/(bonding_slave\/perm_hwaddr|device\/(device|vendor)|statistics\/\w+)$/,
  /^devices\/system\/cpu\/cpu\d+\/(thermal_throttle|topology)\/\w+$/,
  /^devices\/system\/edac\/mc\//,
];
const FROM_MEMORY_IN_PROCFS = /^(interrupts|meminfo|pressure\/\w+|vmstat)$/;

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
    return this.#unless(path, () =>
      this.#isFromMemory(path) ? readAtOnce(path, maxBytes) : readBounded(path, maxBytes),
    );
  }

  /** Its text without white space around; null where there is none, or nothing in it. */
  async text(path: string): Promise<string | null> {
    const text = (await this.bytes(path))?.toString('utf8').trim();
    return text === undefined || text === '' ? null : text;
  }

  /** The entries of a folder in order; none where there is no such folder. */
  async list(path: string): Promise<string[]> {
    // Folders and links are the kernel's own, in memory.
    const entries = (await this.#unless(path, () => readdirSync(path))) ?? [];
    return entries.sort(BY_NUMBER.compare).slice(0, MAX_ENTRIES);
  }

  /** Where a link leads, as it is written; null where there is none. */
  linkTarget(path: string): Promise<string | null> {
    return this.#unless(path, () => readlinkSync(path));
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

  #isFromMemory(path: string): boolean {
    const { sysfs, procfs, udevData } = this.paths;
    if (path.startsWith(`${sysfs}/`)) {
      const attribute = path.slice(sysfs.length + 1);
      return FROM_MEMORY_IN_SYSFS.some((pattern) => pattern.test(attribute));
    }
    if (path.startsWith(`${procfs}/`)) return FROM_MEMORY_IN_PROCFS.test(path.slice(procfs.length + 1));
    return path.startsWith(`${udevData}/`);
  }

  async #unless<T>(path: string, read: () => T | Promise<T>): Promise<T | null> {
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

const FIRST_BYTES = 4096;
/** What is read at once is copied out of here before anybody else reads. */
const SCRATCH = Buffer.alloc(MAX_FILE_BYTES);

/** Without leaving the thread: for what the kernel answers from memory. */
function readAtOnce(path: string, maxBytes: number): Buffer {
  const descriptor = openSync(path, 'r');
  try {
    const wanted = Math.min(maxBytes, SCRATCH.length);
    let length = 0;
    while (length < wanted) {
      const bytes = readSync(descriptor, SCRATCH, length, wanted - length, null);
      length += bytes;
      // Of /proc a read gives whole lines, and so less than was asked for although more follows.
      if (bytes === 0) break;
    }
    return Buffer.from(SCRATCH.subarray(0, length));
  } finally {
    closeSync(descriptor);
  }
}

/** With plain descriptors: a cycle opens some hundred files of a few bytes each, and a `FileHandle` for each costs twice the time. */
function readBounded(path: string, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    open(path, 'r', (openError, descriptor) => {
      if (openError !== null) {
        reject(openError);
        return;
      }
      const chunks: Buffer[] = [];
      let length = 0;
      const end = (error: Error | null): void => {
        close(descriptor, () => {
          if (error === null)
            resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks));
          else reject(error);
        });
      };
      const more = (): void => {
        const wanted = Math.min(maxBytes - length, length === 0 ? FIRST_BYTES : MAX_FILE_BYTES);
        read(descriptor, Buffer.allocUnsafe(wanted), 0, wanted, null, (error, bytes, buffer) => {
          if (error !== null) {
            end(error);
            return;
          }
          chunks.push(buffer.subarray(0, bytes));
          length += bytes;
          // The kernel gives a short attribute whole: less than was asked for is its end.
          if (bytes === 0 || (length === bytes && bytes < wanted) || length >= maxBytes) end(null);
          else more();
        });
      };
      more();
    });
  });
}
