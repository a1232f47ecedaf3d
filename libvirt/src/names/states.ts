import type { DomainStateInfo, DomainStateName } from '../domain.ts';
import { enumName } from './enum-names.ts';

/** virDomainState, by number. */
export const domainStateNames = [
  'nostate',
  'running',
  'blocked',
  'paused',
  'shutdown',
  'shutoff',
  'crashed',
  'pmsuspended',
] as const satisfies DomainStateName[];

/** virDomain<State>Reason, by number: the tails of libvirt-domain.h's names in lower case. */
export const domainReasonNames: Readonly<Record<DomainStateName, readonly string[]>> = {
  nostate: ['unknown'],
  running: [
    'unknown',
    'booted',
    'migrated',
    'restored',
    'from-snapshot',
    'unpaused',
    'migration-canceled',
    'save-canceled',
    'wakeup',
    'crashed',
    'postcopy',
    'postcopy-failed',
  ],
  blocked: ['unknown'],
  paused: [
    'unknown',
    'user',
    'migration',
    'save',
    'dump',
    'ioerror',
    'watchdog',
    'from-snapshot',
    'shutting-down',
    'snapshot',
    'crashed',
    'starting-up',
    'postcopy',
    'postcopy-failed',
    'api-error',
  ],
  shutdown: ['unknown', 'user'],
  shutoff: ['unknown', 'shutdown', 'destroyed', 'crashed', 'migrated', 'saved', 'failed', 'from-snapshot', 'daemon'],
  crashed: ['unknown', 'panicked'],
  pmsuspended: ['unknown'],
};

/**
 * A reason newer than our table is `reason-<n>`; a state newer than our table is `nostate` with reason `state-<n>`.
 * The numbers are kept either way.
 */
export function domainStateInfo(stateCode: number, reasonCode: number): DomainStateInfo {
  const state = domainStateNames[stateCode];
  if (state === undefined) return { state: 'nostate', reason: `state-${stateCode}`, stateCode, reasonCode };
  return { state, reason: enumName(domainReasonNames[state], reasonCode, 'reason'), stateCode, reasonCode };
}
