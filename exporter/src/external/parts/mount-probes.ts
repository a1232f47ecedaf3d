import { messageOf } from '../../cycle/link.ts';
import { ProgramError } from '../../programs/errors.ts';
import type { RunProgram } from '../../programs/run.ts';
import type { ExternalState } from '../external.ts';
import type { Mount } from './mountinfo.ts';

/** How a file system answered last. */
export interface MountAnswer {
  state: ExternalState;
  /** Empty when it answered well. */
  problem: string;
  /** It was asked, and nothing came back in time. */
  isSilent: boolean;
  /** How long it took, the start of the program that asks included; null when it did not answer. */
  answerMs: number | null;
}

const NOT_ASKED: MountAnswer = { state: 'unknown', problem: 'has not answered yet', isSilent: false, answerMs: null };
/** A healthy file server answers in a few milliseconds; those that take longer are told of by the next cycle. */
const GRACE_MS = 300;
/** What `stat` says when it may not ask, which says nothing of the file system. */
const MAY_NOT_ASK = /permission denied|operation not permitted/i;

interface Probe {
  latest: MountAnswer;
  /** Null: nothing is under way. */
  underWay: Promise<void> | null;
}

/**
 * Asks mounted file systems for their statistics, which goes to the server and back. Each is asked by a process of its own: a file system
 * that hangs holds the thread that asks it, and Node has four. A process that hangs in the kernel outlives being killed; as long as
 * it lives, its file system is not asked again (`RunProgram` sees to that) and counts as unanswered.
 */
export class MountProbes {
  readonly #run: RunProgram;
  readonly #timeoutMs: number;
  readonly #stop = new AbortController();
  readonly #probes = new Map<string, Probe>();

  constructor({ run, timeoutMs }: { run: RunProgram; timeoutMs: number }) {
    this.#run = run;
    this.#timeoutMs = timeoutMs;
  }

  /** Asks those that owe no answer, and gives what each answered last. Waits for a moment only. */
  async ask(mounts: readonly Mount[]): Promise<(mount: Mount) => MountAnswer> {
    const mounted = new Set(mounts.map(keyOf));
    for (const key of this.#probes.keys()) if (!mounted.has(key)) this.#probes.delete(key);
    const asked = mounts.flatMap((mount) => this.#begin(mount) ?? []);
    const grace = new AbortController();
    const graceOver = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, GRACE_MS);
      grace.signal.addEventListener('abort', () => {
        clearTimeout(timer);
      });
    });
    await Promise.race([Promise.all(asked), graceOver]);
    grace.abort();
    return (mount) => this.#probes.get(keyOf(mount))?.latest ?? NOT_ASKED;
  }

  stop(): void {
    this.#stop.abort();
  }

  #begin(mount: Mount): Promise<void> | null {
    const key = keyOf(mount);
    const probe = this.#probes.get(key) ?? { latest: NOT_ASKED, underWay: null };
    this.#probes.set(key, probe);
    // Whoever does not answer is not waited for again.
    if (probe.underWay !== null) return null;
    probe.underWay = this.#askOne(mount).then((answer) => {
      probe.latest = answer;
      probe.underWay = null;
    });
    return probe.underWay;
  }

  async #askOne(mount: Mount): Promise<MountAnswer> {
    const startedAt = performance.now();
    // `-f` is statfs(2); by name and without a shell, so that no path can be mistaken for anything else.
    const call = { program: 'stat', args: ['-f', '-c', '%i', '--', mount.path], timeoutMs: this.#timeoutMs };
    try {
      const { exitCode, stderr } = await this.#run(call, this.#stop.signal);
      if (exitCode === 0) return { state: 'up', problem: '', isSilent: false, answerMs: performance.now() - startedAt };
      // `stat: cannot read file system information for '/mnt': Stale file handle`
      const problem = stderr.slice(stderr.lastIndexOf(': ') + 2) || `stat ended with ${exitCode}`;
      return { state: MAY_NOT_ASK.test(problem) ? 'unknown' : 'down', problem, isSilent: false, answerMs: null };
    } catch (error) {
      const isSilent = error instanceof ProgramError && SILENCE.has(error.code);
      const problem = isSilent ? `no answer within ${this.#timeoutMs} ms` : messageOf(error);
      return { state: isSilent ? 'down' : 'unknown', problem, isSilent, answerMs: null };
    }
  }
}

const SILENCE = new Set<ProgramError['code']>(['PROGRAM_TIMEOUT', 'PROGRAM_STILL_RUNNING']);

function keyOf({ device, path }: Mount): string {
  return `${device} ${path}`;
}
