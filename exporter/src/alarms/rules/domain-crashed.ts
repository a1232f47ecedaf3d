import type { RawState } from '@faultline/contracts';
import { detailOf } from '../../reports/event-report.ts';
import { defineAlarmRule, stateText, type Judgement, type Observation } from '../rule.ts';

/** `daemon`: the process was gone when libvirtd came back to look after it. */
const CRASHED_SHUTOFF: readonly string[] = ['crashed', 'failed', 'daemon'];
/** Somebody or something put the domain away in an orderly manner after the crash. `unknown` is what a restarted libvirtd says. */
const ORDERLY_SHUTOFF: readonly string[] = ['shutdown', 'destroyed', 'saved', 'migrated', 'from-snapshot'];

/** Remembered of a crash that is not over: whether libvirt's own event has told of it. */
interface Memory {
  told: boolean;
}

function crashOf({ event, state }: Observation, memory: Memory | undefined): { cause: string; again: boolean } | null {
  if (event?.kind === 'lifecycle' && event.event === 'crashed') {
    // "suspended (paused)" comes a moment before it, and the state read then is crashed already: the same crash.
    return { cause: `the guest crashed (${event.detail})`, again: memory?.told !== false };
  }
  // After a panic libvirt destroys the domain and says "stopped (crashed)": the same crash once more, not another one.
  if (event?.kind === 'lifecycle' && event.event === 'stopped' && CRASHED_SHUTOFF.includes(event.detail)) {
    return { cause: `the domain ended without having been asked to (${event.detail})`, again: false };
  }
  if (state?.state === 'crashed') return { cause: `the guest crashed (${state.reason})`, again: false };
  if (state?.state === 'shutoff' && CRASHED_SHUTOFF.includes(state.reason)) {
    return { cause: `the domain ended without having been asked to (${state.reason})`, again: false };
  }
  return null;
}

function isOver(state: RawState | null): boolean {
  if (state === null) return false;
  if (state.state === 'shutoff') return ORDERLY_SHUTOFF.includes(state.reason);
  return state.state === 'running' || state.state === 'blocked';
}

/** The guest panicked, or QEMU ended without having been asked to. Over when it runs again, or was put away in order. */
export const domainCrashed = defineAlarmRule<Memory>({
  condition: 'domain-crashed',
  name: 'VM crashed',
  category: 'processing',
  level: 'critical',
  judge: (observation, memory): Judgement<Memory> => {
    const crash = crashOf(observation, memory);
    if (crash === null) return isOver(observation.state) ? { finding: { status: 'absent' } } : { memory };
    const { host, state, event } = observation;
    const lifecycle = event?.kind === 'lifecycle' ? event : undefined;
    const details = {
      host,
      reason: lifecycle?.detail ?? state?.reason ?? 'unknown',
      state: stateText(state),
      ...(event ? { event: detailOf(event) } : { event: 'none: found in a collection cycle' }),
    };
    const told = lifecycle?.event === 'crashed' || (memory?.told ?? false);
    return { memory: { told }, finding: { status: 'present', ...crash, details } };
  },
});
