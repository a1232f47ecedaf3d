import { readdir, readFile, readlink } from 'node:fs/promises';
import { LabError } from './errors.ts';
import { OWNER_VARIABLE } from './run.ts';
import { waitFor } from './wait.ts';

/** One process for good: a pid alone may have been given to another process since. */
export interface ProcessIdentity {
  pid: number;
  /** Start time in clock ticks since boot: field 22 of /proc/PID/stat, see proc(5). */
  startTicks: number;
}

export interface ProcessStat extends ProcessIdentity {
  /** R running, S sleeping, D waiting for a device, T stopped by a signal, Z ended and not yet collected. */
  state: string;
}

/** Reads the line of /proc/PID/stat. The command name (field 2) may itself hold blanks and parentheses. */
export function parseStat(line: string): ProcessStat | undefined {
  const afterName = line.lastIndexOf(')');
  const fields = line.slice(afterName + 2).split(' ');
  const pid = Number.parseInt(line, 10);
  const state = fields[0];
  const startTicks = Number(fields[19]);
  if (afterName < 0 || Number.isNaN(pid) || state === undefined || Number.isNaN(startTicks)) return undefined;
  return { pid, state, startTicks };
}

/** A process ended between being listed and being read, or it is not ours to read: there is nothing to know about it. */
function nothingIfGone(error: unknown): undefined {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES') return undefined;
  throw error;
}

/** The process with this pid, or undefined if there is none or it has ended and waits to be collected. */
export async function findProcess(pid: number): Promise<ProcessStat | undefined> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(nothingIfGone);
  const stat = line === undefined ? undefined : parseStat(line);
  return stat?.state === 'Z' ? undefined : stat;
}

export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  return (await findProcess(identity.pid))?.startTicks === identity.startTicks;
}

export async function ownIdentity(): Promise<ProcessIdentity> {
  const own = await findProcess(process.pid);
  if (!own) throw new LabError('machine-unsuited', '/proc does not show the own process; is it mounted?');
  return { pid: own.pid, startTicks: own.startTicks };
}

/** Inode of the network namespace of a process, or undefined if the process is gone. */
export async function networkInodeOf(pid: number | 'self'): Promise<number | undefined> {
  const link = await readlink(`/proc/${pid}/ns/net`).catch(nothingIfGone);
  const inode = /^net:\[(\d+)\]$/.exec(link ?? '')?.[1];
  return inode === undefined ? undefined : Number(inode);
}

/** The words a process was started with, each ended by NUL; empty if it is gone. */
export async function commandLine(pid: number): Promise<string> {
  return (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(nothingIfGone)) ?? '';
}

async function startedFor(pid: number): Promise<string | undefined> {
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(nothingIfGone);
  const entry = environment?.split('\0').find((each) => each.startsWith(`${OWNER_VARIABLE}=`));
  return entry?.slice(OWNER_VARIABLE.length + 1);
}

async function livingPids(): Promise<number[]> {
  const names = await readdir('/proc');
  return names.filter((name) => /^\d+$/.test(name)).map(Number);
}

/** All living processes inside the given network namespaces. */
export async function processesInNetworks(inodes: ReadonlySet<number>): Promise<ProcessStat[]> {
  const found: ProcessStat[] = [];
  for (const pid of await livingPids()) {
    const inode = await networkInodeOf(pid);
    if (inode === undefined || !inodes.has(inode)) continue;
    const stat = await findProcess(pid);
    if (stat) found.push(stat);
  }
  return found;
}

/** All living processes that were started for the lab in `folder`, and the ones inside its networks; never the caller. */
export async function processesOfLab(folder: string, networks: ReadonlySet<number>): Promise<ProcessStat[]> {
  const found: ProcessStat[] = [];
  for (const pid of await livingPids()) {
    if (pid === process.pid) continue;
    const inode = await networkInodeOf(pid);
    const ours = (inode !== undefined && networks.has(inode)) || (await startedFor(pid)) === folder;
    const stat = ours ? await findProcess(pid) : undefined;
    if (stat) found.push(stat);
  }
  return found;
}

/** Sends a signal to exactly that process. Answers false if it has ended. */
export async function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): Promise<boolean> {
  if (!(await isAlive(identity))) return false;
  try {
    process.kill(identity.pid, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** Kills what `list` finds, again and again, until it finds nothing. Throws LabError `processes-left` after 10 s. */
export async function killAll(list: () => Promise<ProcessStat[]>): Promise<void> {
  let left: ProcessStat[] = [];
  const noneLeft = async (): Promise<true | undefined> => {
    left = await list();
    for (const each of left) await signalProcess(each, 'SIGKILL');
    return left.length === 0 ? true : undefined;
  };
  try {
    await waitFor(noneLeft, { what: 'the processes of the lab to end', deadlineMs: 10_000, intervalMs: 20 });
  } catch (error) {
    if (!(error instanceof LabError) || error.code !== 'deadline') throw error;
    const pids = left.map(({ pid, state }) => `${pid} (${state})`).join(', ');
    throw new LabError('processes-left', `still there after SIGKILL: ${pids}`, { cause: error });
  }
}
