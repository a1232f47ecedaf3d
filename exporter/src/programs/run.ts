import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { ProgramError } from './errors.ts';

/** One run of a program: no shell, nothing inherited but what stands here. */
export interface ProgramCall {
  /** An absolute path, or a name that is looked for in the usual folders of programs. */
  program: string;
  args: readonly string[];
  timeoutMs: number;
  /** Environment beside `PATH` and `LC_ALL=C`. The place for secrets: other users can read a process's arguments. */
  env?: Readonly<Record<string, string>>;
  /** Default 4 MiB. */
  maxOutputBytes?: number;
}

export interface ProgramResult {
  /** 128 + the signal's number where a signal ended it, as shells say it. What a code means is the program's own affair. */
  exitCode: number;
  stdout: string;
  /** At most the first 4 KiB. */
  stderr: string;
}

/**
 * Runs a program to its end.
 *
 * @throws ProgramError when it could not be started or did not end by itself; an exit code is not an error here
 */
export type RunProgram = (call: ProgramCall, signal: AbortSignal) => Promise<ProgramResult>;

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/run/current-system/sw/bin';
const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;
const MAX_STDERR_BYTES = 4096;

/**
 * A runner whose programs cannot pile up: at most `maxRunning` at once, and never the same call twice. A program that hangs in
 * the kernel outlives SIGKILL, so a call counts until its process is really gone, also after its caller was told.
 */
export function createProgramRunner({ maxRunning = 4 }: { maxRunning?: number } = {}): RunProgram {
  const running = new Set<string>();
  return (call, signal) => {
    const key = JSON.stringify([call.program, ...call.args]);
    if (signal.aborted) return Promise.reject(new ProgramError('PROGRAM_ABORTED', call.program));
    if (running.has(key)) return Promise.reject(new ProgramError('PROGRAM_STILL_RUNNING', call.program));
    if (running.size >= maxRunning) return Promise.reject(new ProgramError('PROGRAM_LIMIT', call.program));
    running.add(key);
    return start(call, signal, () => running.delete(key));
  };
}

function start(call: ProgramCall, signal: AbortSignal, gone: () => void): Promise<ProgramResult> {
  const { program, args, timeoutMs, env, maxOutputBytes = MAX_OUTPUT_BYTES } = call;
  return new Promise((resolve, reject) => {
    // A process group of its own, so that what the program starts ends with it.
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      env: { PATH, LC_ALL: 'C', ...env },
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let stdoutBytes = 0;
    let stderrBytes = 0;

    const fail = (code: ProgramError['code'], detail?: string): void => {
      settle();
      kill(child.pid);
      child.stdout.destroy();
      child.stderr.destroy();
      // Else a process that hangs in the kernel would keep ours from ending.
      child.unref();
      reject(new ProgramError(code, program, detail));
    };
    const onAbort = (): void => {
      fail('PROGRAM_ABORTED');
    };
    const deadline = setTimeout(() => {
      fail('PROGRAM_TIMEOUT', `${timeoutMs} ms`);
    }, timeoutMs);
    const settle = (): void => {
      clearTimeout(deadline);
      signal.removeEventListener('abort', onAbort);
    };
    signal.addEventListener('abort', onAbort, { once: true });

    child.stdout.on('data', (chunk: Buffer) => {
      stdoutBytes += chunk.length;
      if (stdoutBytes > maxOutputBytes) fail('PROGRAM_OUTPUT_TOO_LONG', `${maxOutputBytes} bytes`);
      else stdout.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      const kept = chunk.subarray(0, MAX_STDERR_BYTES - stderrBytes);
      stderrBytes += kept.length;
      if (kept.length > 0) stderr.push(kept);
    });
    child.once('error', (error: NodeJS.ErrnoException) => {
      gone();
      fail(error.code === 'ENOENT' ? 'PROGRAM_MISSING' : 'PROGRAM_NOT_STARTED', error.code);
    });
    child.once('exit', gone);
    child.once('close', (code, signalName) => {
      settle();
      resolve({
        exitCode: code ?? 128 + (signalName === null ? 0 : constants.signals[signalName]),
        stdout: Buffer.concat(stdout).toString('utf8'),
        stderr: Buffer.concat(stderr).toString('utf8').trim(),
      });
    });
  });
}

function kill(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // ESRCH: it has ended by itself. Anything else cannot happen to a child of ours.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
