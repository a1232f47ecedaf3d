import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** One of the product's programs, running as its users run it. */
export interface Program {
  pid: number;
  /** Everything it wrote so far, for a failed test's message. */
  output(): string;
  /** Sends the signal and waits until the program is gone. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
  exited: Promise<number | null>;
}

/** Runs `node SCRIPT ARGS` from the repository's root, with nothing of the caller's FAULTLINE_* environment. */
export function run(script: string, args: string[], env: NodeJS.ProcessEnv = {}): Program {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([key]) => !/^(FAULTLINE_|NODE_OPTIONS$)/.test(key)),
  );
  const child = spawn(process.execPath, [script, ...args], {
    cwd: ROOT,
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  if (child.pid === undefined) throw new Error(`node ${script} could not be started`);
  return {
    pid: child.pid,
    output: () => output,
    exited,
    async end(signal = 'SIGTERM') {
      child.kill(signal);
      return await exited;
    },
  };
}

/** A loopback port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * Asks again until `condition` answers something, and answers that.
 *
 * @throws Error naming `what` when `timeoutMs` passed; its cause is the last error of `condition`
 */
export async function until<T>(
  what: string,
  condition: () => Promise<T | undefined | null | false>,
  timeoutMs: number,
  intervalMs = 100,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      const answer = await condition();
      if (answer !== undefined && answer !== null && answer !== false) return answer;
    } catch (error) {
      last = error;
    }
    await delay(intervalMs);
  }
  throw new Error(`${what}: not within ${timeoutMs / 1000} s`, { cause: last });
}

/** Waits until `url` answers 200, and fails at once when the program ended before. */
async function untilReady(program: Program, url: string, timeoutMs = 30_000): Promise<void> {
  const gone = program.exited.then(() => {
    throw new Error(`the program ended before ${url} was ready:\n${program.output()}`);
  });
  const ready = until(
    `${url} ready`,
    async () => (await fetch(url, { signal: AbortSignal.timeout(2000) })).ok,
    timeoutMs,
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${program.output()}`, { cause: error });
  });
  await Promise.race([ready, gone]);
}

export interface Exporter extends Program {
  metricsUrl: string;
}

/** Starts an exporter for one libvirt. */
export async function startExporter(options: {
  libvirtUri: string;
  omsUrl: string;
  spoolDir: string;
  cycleInterval?: string;
  port?: number;
}): Promise<Exporter> {
  const port = options.port ?? (await freePort());
  const program = run('exporter/dist/main.js', [
    ...['--libvirt.uri', options.libvirtUri, '--libvirt.agent-uri', options.libvirtUri],
    ...['--web.listen-address', `127.0.0.1:${port}`, '--cycle.interval', options.cycleInterval ?? '2s'],
    ...['--oms.url', options.omsUrl, '--spool.dir', options.spoolDir],
  ]);
  await untilReady(program, `http://127.0.0.1:${port}/-/ready`);
  return { ...program, metricsUrl: `http://127.0.0.1:${port}/metrics` };
}

export interface Oms extends Program {
  url: string;
}

/** Starts an OMS; `args` are its further flags. */
export async function startOms(dataDir: string, args: string[] = [], port?: number): Promise<Oms> {
  const listen = port ?? (await freePort());
  const program = run('oms/dist/main.js', [
    '--web.listen-address',
    `127.0.0.1:${listen}`,
    '--data.dir',
    dataDir,
    ...args,
  ]);
  const url = `http://127.0.0.1:${listen}`;
  await untilReady(program, `${url}/-/healthy`);
  return { ...program, url };
}
