import type { GuestOs } from '@faultline/contracts';
import type { ExecOutcome } from './exec.ts';

/** D4: what is run to tell the guests apart. */
export const OS_QUESTION = { path: 'cmd.exe', args: ['-h'] } as const;

/**
 * D5, D15. It ran in order: Windows. The agent finds no such program, or it ended with an error or says that it is not
 * supported: Linux. Everything else (not connected, no answer, blocked, permission denied) says nothing of the guest.
 */
export function osOf(outcome: ExecOutcome): GuestOs {
  switch (outcome.kind) {
    case 'no-such-program':
      return 'linux';
    case 'exited':
      if (outcome.exitCode !== 0) return 'linux';
      return /not supported|not found|no such file/i.test(outcome.text) ? 'linux' : 'windows';
    case 'unknown':
      return 'unknown';
  }
}
