import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * This machine's file system under a layer that keeps what is changed in memory, with a network and processes of its own. It goes with
 * the process that holds it, which goes with its standard input.
 */
const HOLD = `
set -e
mount -t tmpfs tmpfs "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
mount -t proc proc "$1/root/proc"
mount --rbind /dev "$1/root/dev"
ip link set lo up
echo ready
cat >/dev/null
`;

const ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };

export interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** A Debian to install packages into. Needs root. */
export class ThrowawayDebian {
  readonly #folder: string;
  readonly #holder: ChildProcess;

  private constructor(folder: string, holder: ChildProcess) {
    this.#folder = folder;
    this.#holder = holder;
  }

  static async start(): Promise<ThrowawayDebian> {
    const folder = await mkdtemp(join(tmpdir(), 'faultline-debian-'));
    const namespaces = ['--mount', '--net', '--pid', '--fork', '--kill-child'];
    const holder = spawn('unshare', [...namespaces, 'sh', '-c', HOLD, 'sh', folder], { stdio: 'pipe' });
    let said = '';
    holder.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const ready = once(holder.stdout, 'data');
    const ended = once(holder, 'exit').then(() => Promise.reject(new Error(`no throwaway Debian: ${said}`)));
    await Promise.race([ready, ended]);
    ended.catch(() => undefined);
    return new ThrowawayDebian(folder, holder);
  }

  get #inside(): string[] {
    const pid = String(this.#holder.pid);
    const spaces = [
      `--mount=/proc/${pid}/ns/mnt`,
      `--net=/proc/${pid}/ns/net`,
      `--pid=/proc/${pid}/ns/pid_for_children`,
    ];
    return [...spaces, 'chroot', join(this.#folder, 'root')];
  }

  /** Runs a shell's text in it to its end, as root. */
  run(script: string, input: Uint8Array | string = ''): Ended {
    const { status, stdout, stderr } = spawnSync('nsenter', [...this.#inside, 'sh', '-euc', script], {
      input,
      env: ENVIRONMENT,
      timeout: 60_000,
    });
    return { status, stdout: stdout.toString(), stderr: stderr.toString() };
  }

  /** Starts a shell's text in it; it ends with this Debian at the latest. */
  start(script: string): ChildProcess {
    return spawn('nsenter', [...this.#inside, 'sh', '-euc', script], {
      env: ENVIRONMENT,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  async stop(): Promise<void> {
    const ended = once(this.#holder, 'exit');
    this.#holder.stdin?.end();
    await ended;
    await rmdir(this.#folder);
  }
}
