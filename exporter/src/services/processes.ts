import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { WantedService } from './catalogue.ts';
import { unknownService, type ServiceReading } from './service.ts';

/** The kernel keeps 15 characters of a program's name. */
const COMM_LENGTH = 15;
/** Programs that are run by an interpreter are called by their script. */
const INTERPRETERS = /^(node|MainThread|python[0-9.]*|perl|bash|sh|java|ruby)$/;
/** USER_HZ, which is 100 on Linux wherever Node runs. */
const TICKS_PER_SECOND = 100;
const MILLISECONDS_PER_TICK = 1000 / TICKS_PER_SECOND;

/** A process, as far as /proc tells without ever waiting for it. */
export interface ProcessFacts {
  pid: number;
  /** What it is called in each namespace of processes that it is in; read of those that may be one of ours. */
  pids: readonly number[];
  comm: string;
  /** One letter; Z and X are dead. */
  state: string;
  startedAt: number;
  /** Base names of the first two arguments; of programs that an interpreter runs only. */
  args: readonly string[];
}

export interface ProcessPlaces {
  procfs: string;
  /** Under it are the PID files. */
  rootfs: string;
}

/**
 * The services as the list of processes has them. Services that are neither running nor named by the operator, and left no PID file
 * behind, are left out.
 *
 * @throws Error when /proc cannot be read
 */
export async function readProcesses(
  places: ProcessPlaces,
  wanted: readonly WantedService[],
  self: { pid: number },
): Promise<ServiceReading[]> {
  const names = new Set(wanted.map(({ name, process: called = name }) => called.slice(0, COMM_LENGTH)));
  const processes = await listProcesses(places.procfs, names);
  const pidFiles = new Map<string, number>();
  for (const { name, pidFile = `run/${name}.pid` } of wanted) {
    const pid = await pidIn(join(places.rootfs, pidFile));
    if (pid !== null) pidFiles.set(name, pid);
  }
  return wanted.flatMap((service) => {
    const reading = judgeProcess(service, processes, { pidFile: pidFiles.get(service.name) ?? null, self: self.pid });
    return reading === null ? [] : [reading];
  });
}

/**
 * The reading of a service from the list of processes. A PID file without its process says that the service did not end in order: a
 * daemon that is asked to stop removes it.
 */
export function judgeProcess(
  wanted: WantedService,
  processes: readonly ProcessFacts[],
  { pidFile, self }: { pidFile: number | null; self: number },
): ServiceReading | null {
  const name = wanted.process ?? wanted.name;
  const own = processes.filter(
    (process) => isCalled(process, name) || (wanted.role === 'exporter' && process.pid === self),
  );
  const alive = own.filter(({ state }) => state !== 'Z' && state !== 'X').sort((a, b) => a.startedAt - b.startedAt);
  // Several daemons of one name may be in the list, of containers for example: the PID file says which one is this host's.
  const main = pidFile === null ? alive[0] : alive.find(({ pids }) => pids.includes(pidFile));
  const reading = unknownService(wanted);
  if (main !== undefined) {
    return {
      ...reading,
      state: 'active',
      ok: true,
      active: 'active',
      sub: 'running',
      pid: main.pid,
      startedAt: main.startedAt,
    };
  }
  if (pidFile !== null || own.length > 0) {
    return { ...reading, state: 'failed', ok: false, active: 'failed', sub: 'dead' };
  }
  return wanted.isNamed ? { ...reading, state: 'inactive', ok: false, active: 'inactive', sub: 'dead' } : null;
}

function isCalled({ comm, args }: ProcessFacts, name: string): boolean {
  return comm === name.slice(0, COMM_LENGTH) || args.includes(name);
}

async function listProcesses(procfs: string, names: ReadonlySet<string>): Promise<ProcessFacts[]> {
  const bootedAt = bootTimeOf(await readFile(join(procfs, 'stat'), 'utf8'));
  const pids = (await readdir(procfs)).filter((name) => /^\d+$/.test(name));
  const processes: ProcessFacts[] = [];
  // The kernel answers `stat` from memory and waits for nobody; through the pool of threads it would cost ten times as much.
  for (const pid of pids) {
    const stat = await orNull(() => readFileSync(join(procfs, pid, 'stat'), 'utf8'));
    const facts = stat === null ? null : parseStat(stat, bootedAt);
    if (facts === null) continue;
    // The arguments of a process that hangs can make their reader hang: only those are read that a name may hide in.
    const args = INTERPRETERS.test(facts.comm) ? argumentNames(await readIfThere(join(procfs, pid, 'cmdline'))) : [];
    const mayBeOurs = names.has(facts.comm) || args.length > 0;
    const pids = mayBeOurs ? namespacePids(await readIfThere(join(procfs, pid, 'status'))) : [];
    processes.push({ ...facts, args, pids: [facts.pid, ...pids] });
  }
  return processes;
}

/** `NSpid:` of /proc/PID/status: in a container that has its own processes, a daemon writes the number it has there. */
function namespacePids(status: string | null): number[] {
  const [, pids = ''] = /^NSpid:\s*([\d\s]*)$/m.exec(status ?? '') ?? [];
  return pids
    .split(/\s+/)
    .filter((pid) => pid !== '')
    .map(Number);
}

/** A line of /proc/PID/stat. The name stands in parentheses and may hold some itself. */
export function parseStat(line: string, bootedAt: number): Omit<ProcessFacts, 'args' | 'pids'> | null {
  const [, pid, comm, rest] = /^(\d+) \(([^]*)\) ([^]*)$/.exec(line) ?? [];
  const fields = rest?.trim().split(' ') ?? [];
  const [state, startTicks] = [fields[0], Number(fields[19])];
  if (pid === undefined || comm === undefined || state === undefined || !Number.isFinite(startTicks)) return null;
  return { pid: Number(pid), comm, state, startedAt: bootedAt + startTicks * MILLISECONDS_PER_TICK };
}

function bootTimeOf(stat: string): number {
  const [, seconds] = /^btime (\d+)$/m.exec(stat) ?? [];
  if (seconds === undefined) throw new Error('/proc/stat has no btime');
  return Number(seconds) * 1000;
}

function argumentNames(cmdline: string | null): string[] {
  const args = (cmdline ?? '').split('\0').filter((arg) => arg !== '');
  return args.slice(0, 2).map((arg) => basename(arg));
}

/** The PID in a PID file; null where there is none. Debian's daemons write it without an end of line. */
async function pidIn(path: string): Promise<number | null> {
  const text = (await readIfThere(path))?.trim() ?? '';
  return /^\d{1,10}$/.test(text) ? Number(text) : null;
}

/** A process may end, and a PID file go, between being listed and being read. What may not be read is not there for us. */
function readIfThere(path: string): Promise<string | null> {
  return orNull(() => readFile(path, 'utf8'));
}

async function orNull(read: () => string | Promise<string>): Promise<string | null> {
  try {
    return await read();
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}
