import { setTimeout as pause } from 'node:timers/promises';
import { LabError } from './errors.ts';

export interface WaitOptions {
  /** What is waited for, for the error's message: "vm1 to shut off". */
  what: string;
  deadlineMs: number;
  /** Pause between two looks. Default 100 ms. */
  intervalMs?: number;
}

/**
 * Looks until `look` answers something other than undefined, and answers that. Errors of `look` end the wait.
 * Throws LabError `deadline`.
 */
export async function waitFor<T>(look: () => Promise<T | undefined> | T | undefined, options: WaitOptions): Promise<T> {
  const { what, deadlineMs, intervalMs = 100 } = options;
  const giveUpAt = performance.now() + deadlineMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (performance.now() >= giveUpAt) throw new LabError('deadline', `waited ${deadlineMs} ms in vain for ${what}`);
    await pause(intervalMs);
  }
}
