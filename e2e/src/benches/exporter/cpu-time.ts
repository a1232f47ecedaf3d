import { readdir, readFile } from 'node:fs/promises';

const NANOSECONDS_PER_MILLISECOND = 1e6;

/** CPU time of a process's threads so far, ms: proc(5), /proc/PID/task/TID/schedstat. Finer than the clock ticks of `stat`. */
async function cpuMs(pid: number): Promise<number> {
  const tasks = await readdir(`/proc/${pid}/task`);
  const each = await Promise.all(
    tasks.map(async (task) => {
      // A thread may end between being listed and being read.
      const text = await readFile(`/proc/${pid}/task/${task}/schedstat`, 'utf8').catch(() => '0');
      return Number(text.split(' ')[0]);
    }),
  );
  return each.reduce((sum, ns) => sum + ns, 0) / NANOSECONDS_PER_MILLISECOND;
}

/** CPU time that each of the processes uses while `work` goes on, ms. */
export async function cpuWhile(pids: readonly number[], work: () => Promise<void>): Promise<number[]> {
  const before = await Promise.all(pids.map(cpuMs));
  await work();
  const after = await Promise.all(pids.map(cpuMs));
  return after.map((value, index) => value - (before[index] ?? NaN));
}

/** Resident memory of a process, MiB. */
export async function residentMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? NaN) / 1024;
}
