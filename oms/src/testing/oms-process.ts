import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Whoever is on this machine may operate, as fast as it can. */
const OPEN = ['--web.anonymous-access', 'operate', '--web.rate-limit', '1000000'];

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

export interface OmsProcessOptions {
  port: number;
  args: string[];
  /** Absent: a SQLite file in the folder that `args` name. */
  databaseUrl?: string;
}

/** An OMS as its users run it: the built program in a process of its own, which can be killed. */
export class OmsProcess {
  readonly url: string;
  readonly #child: ChildProcess;
  #output = '';
  #isAsked = false;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
  }

  /** Resolves when it says that it is up. @throws Error with what it said when it ends instead */
  static async start({ port, args, databaseUrl }: OmsProcessOptions): Promise<OmsProcess> {
    if (!existsSync(MAIN)) throw new Error(`${MAIN} is not there: run npm run build:node first`);
    const child = spawn(process.execPath, [MAIN, '--web.listen-address', `127.0.0.1:${port}`, ...OPEN, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }) },
    });
    const oms = new OmsProcess(child, `http://127.0.0.1:${port}`);
    await oms.#up();
    return oms;
  }

  async #up(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const hear = (chunk: Buffer): void => {
        this.#output = (this.#output + chunk.toString()).slice(-20_000);
        if (this.#output.includes('the OMS is up')) resolve();
      };
      this.#child.stdout?.on('data', hear);
      this.#child.stderr?.on('data', hear);
      this.#child.once('exit', () => {
        reject(new Error(`the OMS ended: ${this.#output}`));
      });
    });
  }

  /** The last of what it logged. */
  get output(): string {
    return this.#output;
  }

  /** Whether it ended though nobody had it end. */
  get hasCrashed(): boolean {
    return this.#hasEnded && !this.#isAsked;
  }

  get #hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(signal);
  }

  /** Ends it; resolves when it has. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (this.#hasEnded) return;
    this.#isAsked = true;
    const exited = once(this.#child, 'exit');
    this.#child.kill(signal);
    await exited;
  }
}
