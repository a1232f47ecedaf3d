import type { WantedService } from './catalogue.ts';
import { unknownService, type ServiceReading, type ServiceState } from './service.ts';

/** What systemd says of a unit (org.freedesktop.systemd1). Undefined where it was not asked or gave nothing. */
export interface UnitFacts {
  /** `loaded`, `not-found`, `masked`, `bad-setting`, `error`. */
  loadState: string;
  activeState: string;
  subState: string;
  unitFileState?: string | undefined;
  conditionResult?: boolean | undefined;
  result?: string | undefined;
  mainPid?: number | undefined;
  restarts?: number | undefined;
  /** µs since the epoch; 0 is never. */
  activeEnter?: bigint | undefined;
  /** ActiveState of the units that start it: sockets, timers, paths. */
  triggers?: readonly string[] | undefined;
}

const ACTIVE = new Set(['active', 'reloading', 'refreshing']);
const ENABLED = new Set(['enabled', 'enabled-runtime']);
const MICROSECONDS_PER_MILLISECOND = 1000;

/**
 * The reading of a service from the facts of its unit, or null where the host does not have it and nobody named it.
 *
 * A unit that is starting or stopping says neither that the service works nor that it does not, so it is unknown; one that waits to be
 * started again after it failed has failed.
 */
export function judgeUnit(wanted: WantedService, facts: UnitFacts): ServiceReading | null {
  const { loadState, activeState, subState } = facts;
  if (loadState === 'not-found' && !wanted.isNamed) return null;
  const state = stateOf(activeState, subState);
  const enteredAt = facts.activeEnter === undefined ? 0 : Number(facts.activeEnter) / MICROSECONDS_PER_MILLISECOND;
  return {
    ...unknownService(wanted),
    state,
    ok: isOk(wanted, state, facts),
    active: activeState,
    sub: subState,
    result: facts.result ?? '',
    pid: facts.mainPid !== undefined && facts.mainPid > 0 ? facts.mainPid : null,
    startedAt: state === 'active' && enteredAt > 0 ? enteredAt : null,
    restarts: facts.restarts ?? null,
  };
}

function stateOf(activeState: string, subState: string): ServiceState {
  if (ACTIVE.has(activeState)) return 'active';
  if (activeState === 'failed' || (activeState === 'activating' && subState.startsWith('auto-restart')))
    return 'failed';
  return activeState === 'inactive' ? 'inactive' : 'unknown';
}

function isOk(wanted: WantedService, state: ServiceState, facts: UnitFacts): boolean | null {
  if (state !== 'inactive') return state === 'unknown' ? null : state === 'active';
  if (facts.triggers?.includes('active') === true) return true;
  if (wanted.isNamed) return false;
  // Enabled but not meant for this host: a condition of the unit says so.
  if (facts.loadState !== 'loaded' || facts.conditionResult === false) return null;
  return facts.unitFileState !== undefined && ENABLED.has(facts.unitFileState) ? false : null;
}
