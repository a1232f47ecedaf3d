import type { DomainControlInfo } from '../domain.ts';

/** virDomainControlState, by number. */
export const controlStateNames = ['ok', 'job', 'occupied', 'error'] as const;

/** virDomainControlErrorReason, by number. */
export const controlDetailNames = ['none', 'unknown', 'monitor', 'internal'] as const;

/** A state or detail newer than our table is `error` or `unknown`: the channel is in no state we can rely on. */
export function controlInfo(wire: { state: number; details: number; stateTime: bigint }): DomainControlInfo {
  return {
    state: controlStateNames[wire.state] ?? 'error',
    details: controlDetailNames[wire.details] ?? 'unknown',
    stateTimeMs: Number(wire.stateTime),
  };
}
