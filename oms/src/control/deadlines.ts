import type { Task } from './messages.ts';

/** How long the control side waits for whom, ms. */
export interface ControlDeadlines {
  /** For a guest to shut down or reboot when it is asked to; also for libvirt's answer to the call that asks. */
  guestMs: number;
  /** For a VM to be seen in its new state after libvirt acted on it. */
  settleMs: number;
  /** For a libvirtd that went away in the middle of an order to be back, so that it can be asked what came of it. */
  returnMs: number;
  /** For a migration that does not say how long it may take. */
  migrateMs: number;
  /** For the storage to make a volume. */
  brmMs: number;
  /** For a host to be reachable again when the outcome of a lost order is read back from it. */
  readBackMs: number;
  readEveryMs: number;
  /** What an NC may take beside the guest's or the job's own time, so that its negative answer still arrives. */
  ncMarginMs: number;
  /** Pauses before a record that could not be written is written again; the last one again and again. */
  recordAgainMs: readonly number[];
  /** Between two records of a running operation's progress, at least. */
  progressEveryMs: number;
}

const DEFAULTS: ControlDeadlines = {
  guestMs: 60_000,
  settleMs: 5000,
  returnMs: 30_000,
  migrateMs: 3_600_000,
  brmMs: 60_000,
  readBackMs: 600_000,
  readEveryMs: 1000,
  ncMarginMs: 60_000,
  recordAgainMs: [1000, 5000, 15_000],
  progressEveryMs: 1000,
};

/** What CC has for its own words: that an NC is silent must still reach CLC. */
const CC_MARGIN_MS = 5000;

export const deadlinesOf = (given: Partial<ControlDeadlines> = {}): ControlDeadlines => ({ ...DEFAULTS, ...given });

/** How long libvirt may take for what is asked of it. */
export function taskWithinMs({ guestMs, migrateMs }: ControlDeadlines, task: Task): number {
  return task.kind === 'migrate' ? (task.timeoutMs ?? migrateMs) : guestMs;
}

/** For an NC's whole answer. */
export function ncWithinMs(deadlines: ControlDeadlines, task: Task, purpose: 'perform' | 'read-back'): number {
  const { ncMarginMs, readBackMs } = deadlines;
  return taskWithinMs(deadlines, task) + ncMarginMs + (purpose === 'read-back' ? readBackMs : 0);
}

/** For CC's whole answer. */
export function ccWithinMs(deadlines: ControlDeadlines, task: Task, purpose: 'perform' | 'read-back'): number {
  return ncWithinMs(deadlines, task, purpose) + deadlines.brmMs + CC_MARGIN_MS;
}
