import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
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
  /** What it is called in each namespace of processes that it is in. */
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
 * In how many cycles a process that is none of ours is looked at again: it may have become another program (execve(2)), or a new one may
 * have its number. At first it is looked at twice, as the first look may have come between fork(2) and execve(2).
 */
const LOOKS_AT_FIRST = 2;
const CYCLES_BETWEEN_LOOKS = 20;

/** Reads the services from the list of processes, and remembers which of those are none of them: a host has some hundreds. */
export class ServiceProcesses {
  readonly #places: ProcessPlaces;
  readonly #wanted: readonly WantedService[];
  readonly #names: ReadonlySet<string>;
  readonly #self: number;
  /** Of each process that is none of ours, since how many cycles it is there. */
  #others: ReadonlyMap<number, number> = new Map();

  constructor(places: ProcessPlaces, wanted: readonly WantedService[], self: { pid: number }) {
    this.#places = places;
    this.#wanted = wanted;
    this.#names = new Set(wanted.map(({ name, process: called = name }) => called.slice(0, COMM_LENGTH)));
    this.#self = self.pid;
  }

  /**
   * The services as the list of processes has them now. Services that are neither running nor named by the operator, and left no PID file
   * behind, are left out.
   *
   * @throws Error when /proc cannot be read
   */
  async read(): Promise<ServiceReading[]> {
    const processes = await this.#list();
    const pidFiles = readPidFiles(this.#places.rootfs, this.#wanted);
    return this.#wanted.flatMap((service) => {
      const reading = judgeProcess(service, processes, {
        pidFile: pidFiles.get(service.name) ?? null,
        self: this.#self,
      });
      return reading === null ? [] : [reading];
    });
  }

  /** The processes that may be one of ours. */
  async #list(): Promise<ProcessFacts[]> {
    const { procfs } = this.#places;
    const bootedAt = bootTimeOf(readFileSync(join(procfs, 'stat'), 'utf8'));
    const processes: ProcessFacts[] = [];
    const others = new Map<number, number>();
    for (const name of readdirSync(procfs)) {
      if (!/^\d+$/.test(name)) continue;
      const pid = Number(name);
      const cycles = this.#others.get(pid) ?? 0;
      // Not all in one cycle.
      if (cycles >= LOOKS_AT_FIRST && (cycles + pid) % CYCLES_BETWEEN_LOOKS !== 0) {
        others.set(pid, cycles + 1);
        continue;
      }
      const facts = await readProcess(join(procfs, name), bootedAt);
      if (facts === null) continue;
      if (pid === this.#self || [facts.comm, ...facts.args].some((word) => this.#names.has(word.slice(0, COMM_LENGTH))))
        processes.push({ ...facts, pids: [pid, ...namespacePids(readIfThere(join(procfs, name, 'status')))] });
      else others.set(pid, cycles + 1);
    }
    this.#others = others;
    return processes;
  }
}

async function readProcess(folder: string, bootedAt: number): Promise<Omit<ProcessFacts, 'pids'> | null> {
  const facts = parseStat(readIfThere(join(folder, 'stat')) ?? '', bootedAt);
  if (facts === null) return null;
  // The arguments of a process that hangs can make their reader hang: only those are read that a name may hide in, by another thread.
  const args = INTERPRETERS.test(facts.comm)
    ? argumentNames(await readFile(join(folder, 'cmdline'), 'utf8').catch(nullIfGone))
    : [];
  return { ...facts, args };
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

/** The PIDs in the services' PID files, by service. Few of them are there: their folders say which. */
function readPidFiles(rootfs: string, wanted: readonly WantedService[]): Map<string, number> {
  const places = wanted.map(({ name, pidFile = `run/${name}.pid` }) => ({ name, path: join(rootfs, pidFile) }));
  const there = new Set<string>();
  for (const folder of new Set(places.map(({ path }) => dirname(path)))) {
    for (const file of orNull(() => readdirSync(folder)) ?? []) there.add(join(folder, file));
  }
  const pids = new Map<string, number>();
  for (const { name, path } of places.filter((place) => there.has(place.path))) {
    const text = readIfThere(path)?.trim() ?? '';
    // Debian's daemons write it without an end of line.
    if (/^\d{1,10}$/.test(text)) pids.set(name, Number(text));
  }
  return pids;
}

/**
 * The kernel answers `stat` and `status` from memory, as it does /run (a file system in memory, FHS 3.15), and waits for nobody: through the
 * pool of threads they would cost ten times as much. A process may end, and a PID file go, between being listed and being read. What may
 * not be read is not there for us.
 */
function readIfThere(path: string): string | null {
  return orNull(() => readFileSync(path, 'utf8'));
}

function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    return nullIfGone(error);
  }
}

/** @throws the error, unless it says that there is nothing (for us) */
function nullIfGone(error: unknown): null {
  if (['ENOENT', 'ESRCH', 'EACCES', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
  throw error;
}
