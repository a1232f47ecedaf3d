import type { RawState } from '@faultline/contracts';
import { detailOf } from '../../reports/event-report.ts';
import { defineAlarmRule, stateText, type Finding, type Observation } from '../rule.ts';

/** `daemon`: the process was gone when libvirtd came back to look after it. */
const CRASHED_SHUTOFF: readonly string[] = ['crashed', 'failed', 'daemon'];
/** Somebody or something put the domain away in an orderly manner after the crash. `unknown` is what a restarted libvirtd says. */
const ORDERLY_SHUTOFF: readonly string[] = ['shutdown', 'destroyed', 'saved', 'migrated', 'from-snapshot'];

function crashOf({ event, state }: Observation): { cause: string; again: boolean } | null {
  if (event?.kind === 'lifecycle' && event.event === 'crashed') {
    return { cause: `the guest crashed (${event.detail})`, again: true };
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
export const domainCrashed = defineAlarmRule({
  condition: 'domain-crashed',
  name: 'VM crashed',
  category: 'processing',
  level: 'critical',
  judge: (observation): { finding?: Finding } => {
    const crash = crashOf(observation);
    if (crash === null) return isOver(observation.state) ? { finding: { status: 'absent' } } : {};
    const { host, state, event } = observation;
    const reason = event?.kind === 'lifecycle' ? event.detail : (state?.reason ?? 'unknown');
    const details = {
      host,
      reason,
      state: stateText(state),
      ...(event ? { event: detailOf(event) } : { event: 'none: found in a collection cycle' }),
    };
    return { finding: { status: 'present', ...crash, details } };
  },
});
