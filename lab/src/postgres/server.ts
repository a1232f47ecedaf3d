import { spawn, execFile, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const DEBIAN_VERSIONS = '/usr/lib/postgresql';
const SUPERUSER = 'postgres';
const START_DEADLINE_MS = 20_000;

export interface PostgresOptions {
  /** A folder of its own; its path must be short, because a socket's is bounded (unix(7): 108 bytes). */
  folder: string;
  /** False: a commit is not waited for on the disk. For tests that are not about what survives. */
  durable: boolean;
}

/** The folder of PostgreSQL's programs as Debian installs them, or undefined where there are none. */
export function postgresPrograms(): string | undefined {
  if (!existsSync(DEBIAN_VERSIONS)) return undefined;
  const [newest] = readdirSync(DEBIAN_VERSIONS).sort((a, b) => Number(b) - Number(a));
  return newest === undefined ? undefined : join(DEBIAN_VERSIONS, newest, 'bin');
}

/** A PostgreSQL server of its own, in a folder of its own, reached over a socket in that folder and not over the network. */
export class PostgresServer {
  readonly #options: PostgresOptions;
  readonly #programs: string;
  #process: ChildProcess | undefined;

  private constructor(options: PostgresOptions, programs: string) {
    this.#options = options;
    this.#programs = programs;
  }

  /** Makes a new cluster and starts it. @throws Error when PostgreSQL is not installed or does not start */
  static async start(options: PostgresOptions): Promise<PostgresServer> {
    const programs = postgresPrograms();
    if (programs === undefined) throw new Error('PostgreSQL is not installed: apt-get install postgresql');
    const server = new PostgresServer(options, programs);
    mkdirSync(options.folder, { recursive: true });
    const { uid, gid } = accountFor();
    if (uid !== undefined && gid !== undefined) chownSync(options.folder, uid, gid);
    const data = join(options.folder, 'data');
    await promisify(execFile)(
      join(programs, 'initdb'),
      ['--no-sync', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8', `--username=${SUPERUSER}`, '-D', data],
      { uid, gid, cwd: options.folder },
    );
    await server.startAgain();
    return server;
  }

  /** Where a client finds one of its databases. */
  url(database = SUPERUSER): string {
    return `postgresql://${SUPERUSER}@localhost/${database}?host=${encodeURIComponent(this.#options.folder)}`;
  }

  get pid(): number {
    const pid = this.#process?.pid;
    if (pid === undefined) throw new Error('the PostgreSQL server does not run');
    return pid;
  }

  /** Starts a stopped or killed server on the data that it left. Resolves when it takes connections. */
  async startAgain(): Promise<void> {
    const { folder, durable } = this.#options;
    const settings = {
      listen_addresses: '',
      unix_socket_directories: folder,
      max_connections: '200',
      ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
    };
    const { uid, gid } = accountFor();
    const started = spawn(
      join(this.#programs, 'postgres'),
      ['-D', join(folder, 'data'), ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      { uid, gid, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    this.#process = started;
    let said = '';
    started.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4000)));
    const deadline = performance.now() + START_DEADLINE_MS;
    while (!(await this.#answers())) {
      if (started.exitCode !== null || performance.now() > deadline) {
        throw new Error(`the PostgreSQL server in ${folder} does not answer; it said: ${said}`);
      }
      await delay(20);
    }
  }

  /** Ends it: `SIGINT` closes its clients' connections, `SIGKILL` is a crash after which it recovers when it starts again. */
  async end(signal: 'SIGINT' | 'SIGKILL' = 'SIGINT'): Promise<void> {
    const running = this.#process;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const ended = once(running, 'exit');
    running.kill(signal);
    await ended;
    // A killed server's backends end when they see it; until then they hold the shared memory.
    while (signal === 'SIGKILL' && (await this.#answers())) await delay(20);
  }

  /** Stops every process of the server where it stands, as if its machine hung. Connections stay open and nothing answers. */
  async freeze(): Promise<void> {
    await this.#signalAll('SIGSTOP');
  }

  async thaw(): Promise<void> {
    await this.#signalAll('SIGCONT');
  }

  /** To the first process before its children, so that it starts no other meanwhile. */
  async #signalAll(signal: 'SIGSTOP' | 'SIGCONT'): Promise<void> {
    process.kill(this.pid, signal);
    const { stdout } = await promisify(execFile)('ps', ['-o', 'pid=', '--ppid', String(this.pid)]);
    for (const pid of stdout.split('\n').map(Number).filter(Boolean)) signalIfThere(pid, signal);
  }

  /** Ends it and removes its folder. */
  async remove(): Promise<void> {
    await this.end();
    rmSync(this.#options.folder, { recursive: true, force: true });
  }

  async #answers(): Promise<boolean> {
    try {
      await promisify(execFile)(join(this.#programs, 'pg_isready'), ['-q', '-h', this.#options.folder]);
      return true;
    } catch {
      // Its exit code says that the server does not take connections yet.
      return false;
    }
  }
}

/** A server's process may end by itself at any moment. */
function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** PostgreSQL refuses to run as root: then it runs as the account that its package made. */
function accountFor(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const { uid, gid } = statSync('/var/lib/postgresql');
  return { uid, gid };
}
