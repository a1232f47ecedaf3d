import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, readFile, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandError, LabError } from './errors.ts';

const INIT = 26;
const STATFS = 17;
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
  /** What the kernel calls the connection. */
  readonly #connection: string;
  readonly #owed: { unique: bigint }[] = [];
  #serving: Promise<void> = Promise.resolve();

  private constructor(options: { dir: string; path: string; device: FileHandle; connection: string }) {
    this.#dir = options.dir;
    this.path = options.path;
    this.#device = options.device;
    this.#connection = options.connection;
  }

  static async mount({ type, source }: { type: string; source: string }): Promise<ServedMount> {
    const dir = await mkdtemp(join(tmpdir(), 'faultline-mount-'));
    // Names in mountinfo are escaped.
    const path = join(dir, 'a mount');
    await mkdir(path);
    const device = await open('/dev/fuse', 'r+');
    const options = 'fd=3,rootmode=40000,user_id=0,group_id=0,allow_other';
    await started('mount', ['-i', '-t', type, '-o', options, source, path], device.fd);
    const line = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n').find((each) => each.includes(dir));
    const [, connection] = /^\d+ \d+ \d+:(\d+) /.exec(line ?? '') ?? [];
    if (connection === undefined) throw new LabError('machine-unsuited', `nothing is mounted at ${path}`);
    const mount = new ServedMount({ dir, path, device, connection });
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
    // Unmounting is not enough: every mount namespace that was made meanwhile has the mount too, and keeps the connection open.
    const abort = 'mount -t fusectl fusectl "$1" && echo 1 > "$1/$2/abort"';
    await started('unshare', ['--mount', 'sh', '-c', abort, 'sh', this.#dir, this.#connection]);
    await started('umount', ['-l', this.path]);
    await this.#serving;
    await this.#device.close();
    await rm(this.#dir, { recursive: true });
  }

  async #serve(): Promise<void> {
    const buffer = Buffer.alloc(256 * 1024);
    for (;;) {
      const { code } = await this.#device.read(buffer, 0, buffer.length).then(
        () => ({ code: '' }),
        (error: unknown) => error as NodeJS.ErrnoException,
      );
      if (code === 'ENODEV' || code === 'ECONNABORTED') return;
      // The one who asked was gone before his question was read.
      if (code === 'ENOENT') continue;
      if (code !== '') throw new Error(`reading /dev/fuse: ${code}`);
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

/** Runs a program to its end; `fd` is its descriptor 3. */
async function started(program: string, args: readonly string[], fd?: number): Promise<void> {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit', ...(fd === undefined ? [] : [fd])] });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new CommandError([program, ...args].join(' '), code, 'see what it wrote');
}
