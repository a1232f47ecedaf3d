import type { RawState } from '@faultline/contracts';

/** Something that a host saw happen to a VM, or found to have happened. Times are ms, of that host's clock. */
export interface Change {
  host: string;
  /** Of the report that told of it, unique on its host. */
  id: string;
  at: number;
  /** libvirt's kind of event: `lifecycle` or `reboot`. */
  event: string;
  /** The event's own words: `stopped (destroyed)`. */
  detail: string;
  /** State and reason that were read right after it, as `paused (user)`; null where they could not be. */
  state: string | null;
  /** When the VM was last seen before, of a change that was found after a gap; null for an event. */
  since: number | null;
}

/** `defined` and `undefined` are about a definition, the agent's and the disks' events about what is inside. */
const ABOUT_THE_PROCESS = /^(started|suspended|resumed|stopped|shutdown|pmsuspended|crashed) \(/;

/** Whether an event has to do with operations on a VM: it is one's work, or it is needed to tell that another is not. */
export function isChange({ event, detail }: Pick<Change, 'event' | 'detail'>): boolean {
  return event === 'reboot' || (event === 'lifecycle' && ABOUT_THE_PROCESS.test(detail));
}

export const stateText = ({ state, reason }: RawState): string => `${state} (${reason})`;

const RUNS = new Set(['running', 'blocked']);

/**
 * The event that libvirt would have sent of a change between two readings, had anybody listened; null where the readings
 * are alike, or where the second says that nobody asked for it: a crash, a failure, a state without a reason.
 */
export function missedDetail(before: RawState, after: RawState): string | null {
  const was = RUNS.has(before.state) ? 'running' : before.state;
  const is = RUNS.has(after.state) ? 'running' : after.state;
  if (is === 'shutoff' && was !== 'shutoff') {
    return ['destroyed', 'shutdown', 'saved', 'migrated'].includes(after.reason) ? `stopped (${after.reason})` : null;
  }
  if (was === 'shutoff' && is === 'running') {
    return ['booted', 'restored'].includes(after.reason) ? `started (${after.reason})` : null;
  }
  if (was === 'running' && is === 'paused') return after.reason === 'user' ? 'suspended (paused)' : null;
  if (was === 'paused' && is === 'running') {
    return before.reason === 'user' && after.reason === 'unpaused' ? 'resumed (unpaused)' : null;
  }
  if (was === 'running' && is === 'pmsuspended') return 'pmsuspended (memory)';
  return null;
}
