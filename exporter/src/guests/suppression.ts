import type { RawState, Suppression } from '@faultline/contracts';
import type { JobOperation } from '@faultline/libvirt';

/** Pauses that somebody wanted, by libvirt's reasons. One for an error (`ioerror`, `watchdog`, `crashed`) explains nothing. */
const PAUSES: Readonly<Record<string, Suppression>> = {
  user: 'pause',
  'starting-up': 'pause',
  migration: 'migration',
  postcopy: 'migration',
  save: 'save',
  dump: 'dump',
  snapshot: 'snapshot',
  'from-snapshot': 'snapshot',
};

const JOBS: Readonly<Partial<Record<JobOperation, Suppression>>> = {
  'migration-in': 'migration',
  'migration-out': 'migration',
  snapshot: 'snapshot',
  'snapshot-revert': 'snapshot',
  'snapshot-delete': 'snapshot',
  save: 'save',
  restore: 'restore',
  dump: 'dump',
  backup: 'backup',
};

/** What a state that is not running says of the guest's silence; null when it explains nothing. */
export function suppressionByState({ state, reason }: RawState): Suppression | null {
  return state === 'paused' ? (PAUSES[reason] ?? null) : null;
}

export function suppressionByJob(operation: JobOperation | null): Suppression | null {
  return operation === null ? null : (JOBS[operation] ?? null);
}

/** Since when one explanation after the other has stood for the silence of a guest. */
export interface Explained {
  reason: Suppression;
  since: number;
}

/**
 * Goes on with an explanation, and ends it at the limit: from then on silence counts, until the guest has been heard once
 * more. One reason following another does not begin a new time.
 */
export function explain(
  reason: Suppression | null,
  { before, at, limitMs }: { before: Explained | null; at: number; limitMs: number },
): { explained: Explained | null; isOver: boolean } {
  if (reason === null) return { explained: null, isOver: false };
  const since = before?.since ?? at;
  return { explained: { reason, since }, isOver: at - since >= limitMs };
}
