import type { DomainState, DrawnState, RawState } from '@faultline/contracts';

/**
 * What a raw state is drawn as: one of the four states (A22); `before`, for the short-lived states that are merged into
 * the one before them (A23a); `handed-over`, where another host has the VM now; `nothing`, where libvirt does not know.
 */
export type Reduction = DrawnState | 'before' | 'handed-over' | 'nothing';

interface Row {
  drawn: Reduction;
  /** Over the time limit for states that a VM only passes through, it is drawn as abnormal. */
  passing?: true;
}

/** design.md's table, state by state: reasons by their names in libvirt-domain.h, `*` for every other reason. */
const REDUCTIONS: Record<DomainState, Partial<Record<string, Row>> & { '*': Row }> = {
  nostate: { '*': { drawn: 'nothing' } },
  running: { 'postcopy-failed': { drawn: 'abnormal' }, '*': { drawn: 'running' } },
  blocked: { '*': { drawn: 'running' } },
  paused: {
    user: { drawn: 'dormant' },
    'from-snapshot': { drawn: 'dormant' },
    save: { drawn: 'dormant' },
    migration: { drawn: 'before', passing: true },
    postcopy: { drawn: 'before', passing: true },
    snapshot: { drawn: 'before', passing: true },
    dump: { drawn: 'before', passing: true },
    'starting-up': { drawn: 'before', passing: true },
    'shutting-down': { drawn: 'stopped', passing: true },
    ioerror: { drawn: 'abnormal' },
    watchdog: { drawn: 'abnormal' },
    crashed: { drawn: 'abnormal' },
    'postcopy-failed': { drawn: 'abnormal' },
    'api-error': { drawn: 'abnormal' },
    // Paused, and libvirt does not say why: that it does not run is known, that something is wrong is not.
    '*': { drawn: 'dormant' },
  },
  shutdown: { '*': { drawn: 'stopped', passing: true } },
  shutoff: {
    saved: { drawn: 'dormant' },
    migrated: { drawn: 'handed-over' },
    crashed: { drawn: 'abnormal' },
    failed: { drawn: 'abnormal' },
    daemon: { drawn: 'abnormal' },
    // shutdown, destroyed, from-snapshot, unknown
    '*': { drawn: 'stopped' },
  },
  crashed: { '*': { drawn: 'abnormal' } },
  pmsuspended: { '*': { drawn: 'dormant' } },
};

function rowOf({ state, reason }: RawState): Row {
  const rows = REDUCTIONS[state];
  return (Object.hasOwn(rows, reason) ? rows[reason] : undefined) ?? rows['*'];
}

/** What a raw state is drawn as, before time limits and what went before are looked at. */
export const reductionOf = (raw: RawState): Reduction => rowOf(raw).drawn;

/** Whether a VM only passes through this state, so that staying in it over a time limit is abnormal. */
export const isPassing = (raw: RawState): boolean => rowOf(raw).passing === true;

/** Whether the host has the VM's process: a host without it does not speak against one that has. */
export const isActive = ({ state }: RawState): boolean => state !== 'shutoff' && state !== 'nostate';

/**
 * The state that is drawn for a raw state (A22, A23).
 *
 * @param previous what was drawn right before, with nothing unseen in between; null where that is not known
 * @returns null where nothing is claimed
 */
export function drawnState(raw: RawState, previous: DrawnState | null): DrawnState | null {
  const drawn = reductionOf(raw);
  if (drawn === 'before') return previous;
  return drawn === 'handed-over' || drawn === 'nothing' ? null : drawn;
}
