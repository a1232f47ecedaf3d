import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, rm, symlink, writeFile, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder of files by their paths, with an end of line added as the kernel does; `-> target` makes a link. */
export async function makeTree(
  files: Readonly<Record<string, string>>,
): Promise<{ root: string; remove(): Promise<void> }> {
  const root = await mkdtemp(join(tmpdir(), 'faultline-tree-'));
  for (const [path, content] of Object.entries(files)) {
    const at = join(root, path);
    await mkdir(dirname(at), { recursive: true });
    const [, target] = /^-> (.*)$/.exec(content) ?? [];
    await (target === undefined ? writeFile(at, `${content}\n`) : symlink(target, at));
  }
  return { root, remove: () => rm(root, { recursive: true }) };
}

const INIT = 26;
const STATFS = 17;
const REQUEST_HEADER_BYTES = 40;
const REPLY_HEADER_BYTES = 16;
const ENOSYS = 38;
const ESTALE = 116;

/**
 * A file system that the kernel has mounted and we serve, over the protocol of /dev/fuse (linux/fuse.h): enough of it to be asked for
 * its statistics. It needs root.
 */
export class ServedMount {
  /** What it does with a question for its statistics. */
  behaviour: 'answer' | 'say nothing' | 'say stale' = 'answer';
  readonly path: string;
  readonly #dir: string;
  readonly #device: FileHandle;
  readonly #owed: { unique: bigint }[] = [];
  #serving: Promise<void> = Promise.resolve();

  private constructor(options: { dir: string; path: string; device: FileHandle }) {
    this.#dir = options.dir;
    this.path = options.path;
    this.#device = options.device;
  }

  static async mount({ type, source }: { type: string; source: string }): Promise<ServedMount> {
    const dir = await mkdtemp(join(tmpdir(), 'faultline-mount-'));
    // Names in mountinfo are escaped.
    const path = join(dir, 'a mount');
    await mkdir(path);
    const device = await open('/dev/fuse', 'r+');
    const options = 'fd=3,rootmode=40000,user_id=0,group_id=0,allow_other';
    const mounting = spawn('mount', ['-i', '-t', type, '-o', options, source, path], {
      stdio: ['ignore', 'ignore', 'inherit', device.fd],
    });
    const [code] = (await once(mounting, 'exit')) as [number];
    if (code !== 0) throw new Error(`mount ended with ${code}`);
    const mount = new ServedMount({ dir, path, device });
    mount.#serving = mount.#serve();
    return mount;
  }

  /** How many questions wait for an answer. */
  get owed(): number {
    return this.#owed.length;
  }

  /** Answers what was left open, and from now on everything. */
  async recover(): Promise<void> {
    this.behaviour = 'answer';
    for (const { unique } of this.#owed.splice(0)) await this.#reply(unique, 0, statistics());
  }

  async remove(): Promise<void> {
    // umount(8) asks for the statistics too.
    await this.recover();
    await once(spawn('umount', ['-l', this.path]), 'exit');
    await this.#serving;
    await this.#device.close();
    await rm(this.#dir, { recursive: true });
  }

  async #serve(): Promise<void> {
    const buffer = Buffer.alloc(256 * 1024);
    for (;;) {
      const length = await this.#device.read(buffer, 0, buffer.length).then(
        ({ bytesRead }) => bytesRead,
        (error: unknown) => {
          // It was unmounted. ENOENT: the one who asked is gone.
          if ((error as NodeJS.ErrnoException).code === 'ENODEV') return 0;
          if ((error as NodeJS.ErrnoException).code === 'ENOENT') return REQUEST_HEADER_BYTES;
          throw error;
        },
      );
      if (length === 0) return;
      const [opcode, unique] = [buffer.readUInt32LE(4), buffer.readBigUInt64LE(8)];
      if (opcode === INIT) await this.#reply(unique, 0, initial());
      else if (opcode !== STATFS) await this.#reply(unique, -ENOSYS);
      else if (this.behaviour === 'answer') await this.#reply(unique, 0, statistics());
      else if (this.behaviour === 'say stale') await this.#reply(unique, -ESTALE);
      else this.#owed.push({ unique });
    }
  }

  async #reply(unique: bigint, error: number, body: Buffer = Buffer.alloc(0)): Promise<void> {
    const header = Buffer.alloc(REPLY_HEADER_BYTES);
    header.writeUInt32LE(REPLY_HEADER_BYTES + body.length);
    header.writeInt32LE(error, 4);
    header.writeBigUInt64LE(unique, 8);
    await this.#device.write(Buffer.concat([header, body])).catch((failure: unknown) => {
      // The one who asked was killed meanwhile, or nothing is mounted any more.
      if (!['ENOENT', 'ENODEV', 'EINVAL'].includes((failure as NodeJS.ErrnoException).code ?? '')) throw failure;
    });
  }
}

/** struct fuse_init_out of version 7.31. */
function initial(): Buffer {
  const out = Buffer.alloc(64);
  out.writeUInt32LE(7);
  out.writeUInt32LE(31, 4);
  out.writeUInt32LE(4096, 20);
  return out;
}

/** struct fuse_kstatfs. */
function statistics(): Buffer {
  const out = Buffer.alloc(80);
  for (const at of [0, 8, 16, 24, 32]) out.writeBigUInt64LE(1000n, at);
  out.writeUInt32LE(4096, 40);
  out.writeUInt32LE(255, 44);
  out.writeUInt32LE(4096, 48);
  return out;
}
