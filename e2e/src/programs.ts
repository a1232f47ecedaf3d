import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '@faultline/lab';
import { nodeFlagsOf } from '@faultline/program';

/** The repository's root, from which programs are started. */
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

/** Nothing of the caller's own settings reaches a program under test. */
const environment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^(FAULTLINE_|NODE_OPTIONS$)/.test(key)));

/** Starts a program; with `signalGroup` a signal reaches its children too. */
export function launch(command: string, args: string[], signalGroup: boolean, more: NodeJS.ProcessEnv = {}): Program {
  const child = spawn(command, args, {
    cwd: ROOT,
    env: { ...environment(), ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: signalGroup,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command} could not be started`);
  return {
    pid,
    output: () => output,
    exited,
    async end(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) process.kill(signalGroup ? -pid : pid, signal);
      return await exited;
    },
  };
}

/** Runs a program of ours from the repository's root, as its first line says. */
export const run = (script: string, args: string[], more: NodeJS.ProcessEnv = {}): Program =>
  launch(process.execPath, [...nodeFlagsOf(join(ROOT, script)), script, ...args], false, more);

/** Runs `npm start -- ARGS`; a signal reaches all of it, as Ctrl-C in a terminal does. */
export const npmStart = (args: string[]): Program => launch('npm', ['start', '--', ...args], true);

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
export async function untilReady(program: Program, url: string, timeoutMs = 30_000): Promise<void> {
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
  /** Absent: nothing is reported. */
  omsUrl?: string;
  spoolDir?: string;
  cycleInterval?: string;
  port?: number;
  /** Further flags. */
  args?: readonly string[];
}): Promise<Exporter> {
  const port = options.port ?? (await freePort());
  const program = run('exporter/dist/main.js', [
    ...['--libvirt.uri', options.libvirtUri, '--libvirt.agent-uri', options.libvirtUri],
    ...['--web.listen-address', `127.0.0.1:${port}`, '--cycle.interval', options.cycleInterval ?? '2s'],
    ...(options.omsUrl === undefined ? [] : ['--oms.url', options.omsUrl]),
    ...(options.spoolDir === undefined ? [] : ['--spool.dir', options.spoolDir]),
    ...(options.args ?? []),
  ]);
  await untilReady(program, `http://127.0.0.1:${port}/-/ready`);
  return { ...program, metricsUrl: `http://127.0.0.1:${port}/metrics` };
}

export interface Oms extends Program {
  url: string;
}

/** Starts an OMS; `args` are its further flags, `more` what its environment has beside ours. */
export async function startOms(
  dataDir: string,
  args: string[] = [],
  port?: number,
  more: NodeJS.ProcessEnv = {},
): Promise<Oms> {
  const listen = port ?? (await freePort());
  const own = [
    '--web.listen-address',
    `127.0.0.1:${listen}`,
    '--data.dir',
    dataDir,
    '--web.anonymous-access',
    'operate',
  ];
  const program = run('oms/dist/main.js', [...own, ...args], more);
  const url = `http://127.0.0.1:${listen}`;
  await untilReady(program, `${url}/-/healthy`);
  return { ...program, url };
}

/** Makes a token, beside a running OMS on the same store. @throws Error with what the command said when it made none */
export async function createToken(
  name: string,
  role: 'read' | 'report' | 'operate',
  args: readonly string[],
  more: NodeJS.ProcessEnv = {},
): Promise<string> {
  const program = run('oms/dist/main.js', ['token', 'create', '--role', role, '--name', name, ...args], more);
  await program.exited;
  // What is said beside it goes to another stream.
  const token = /^flt_\S+$/m.exec(program.output())?.[0];
  if (token === undefined) throw new Error(`no token was made: ${program.output()}`);
  return token;
}

interface Provisioned {
  /** Its configuration, a copy of what is provisioned. */
  etc: string;
  data: string;
  /** Where it listens: host and port. */
  address: string;
}

/** Debian's Alertmanager, alone. */
export async function startAlertmanager({ etc, data, address }: Provisioned): Promise<Program> {
  const listen = [`--web.listen-address=${address}`, '--cluster.listen-address='];
  const files = [`--config.file=${etc}/alertmanager.yml`, `--storage.path=${data}`];
  const program = launch('prometheus-alertmanager', [...files, ...listen], false);
  await untilReady(program, `http://${address}/-/ready`);
  return program;
}

/** Debian's Prometheus. */
export async function startPrometheus({ etc, data, address }: Provisioned, ...more: string[]): Promise<Program> {
  const files = [`--config.file=${etc}/prometheus.yml`, `--storage.tsdb.path=${data}`];
  const own = [`--web.listen-address=${address}`, '--log.level=warn'];
  const program = launch('prometheus', [...files, ...own, ...more], false);
  await untilReady(program, `http://${address}/-/ready`);
  return program;
}
