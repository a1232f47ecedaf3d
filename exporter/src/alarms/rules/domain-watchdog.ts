import { defineAlarmRule, stateText, type Finding } from '../rule.ts';

/** The guest stopped feeding its watchdog. Open as long as the domain is paused for it, at least until the next cycle. */
export const domainWatchdog = defineAlarmRule({
  condition: 'domain-watchdog',
  name: 'Guest watchdog fired',
  category: 'processing',
  level: 'major',
  judge: ({ host, state, event }): { finding?: Finding } => {
    const cause = 'the watchdog of the domain fired: its guest hangs';
    if (event?.kind === 'watchdog') {
      const details = { host, action: event.action, state: stateText(state) };
      return { finding: { status: 'present', cause, details, again: true } };
    }
    if (state?.state === 'paused' && state.reason === 'watchdog') {
      const details = { host, action: 'pause', state: stateText(state) };
      return { finding: { status: 'present', cause, details, again: false } };
    }
    // Only a cycle ends it: libvirt sends other events of the same moment right after the watchdog's.
    return state === null || event ? {} : { finding: { status: 'absent' } };
  },
});
