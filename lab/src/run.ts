import { execFile } from 'node:child_process';
import { CommandError } from './errors.ts';

/**
 * Every program the lab starts carries this environment variable with the lab's folder. `down` finds by it what a killed
 * lab left behind (libvirtd keeps it; QEMU does not, and is found by its network namespace).
 */
export const OWNER_VARIABLE = 'FAULTLINE_LAB_STARTED_FOR';

export interface RunOptions {
  /** The program is killed after this many milliseconds. Default 10 000. */
  deadlineMs?: number;
  /** Working folder of the program. */
  cwd?: string;
}

/** Starts a program without a shell and answers its standard output. Throws CommandError. */
export type Run = (file: string, args: readonly string[], options?: RunOptions) => Promise<string>;

const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

/** Runs programs on behalf of the lab in `folder`. */
export function runnerFor(folder: string): Run {
  // English messages to read, and UTF-8: with plain C, libvirtd cuts long names inside a character and fails.
  const env = { ...process.env, LC_ALL: 'C.UTF-8', [OWNER_VARIABLE]: folder };
  return (file, args, { deadlineMs = 10_000, cwd } = {}) =>
    new Promise((resolve, reject) => {
      const options = { env, cwd, timeout: deadlineMs, killSignal: 'SIGKILL', maxBuffer: MAX_OUTPUT_BYTES } as const;
      execFile(file, args, options, (error, stdout, stderr) => {
        if (!error) {
          resolve(stdout);
          return;
        }
        const exitCode = typeof error.code === 'number' ? error.code : null;
        const message = error.killed === true || exitCode !== null ? stderr : error.message;
        reject(new CommandError([file, ...args].join(' '), exitCode, message));
      });
    });
}
