import { defineAlarmRule, stateText, type Finding } from '../rule.ts';

/** A disk of the host failed the domain, and libvirt paused it. Over when it is in any other state. */
export const domainIoError = defineAlarmRule({
  condition: 'domain-io-error',
  name: 'VM paused by an I/O error',
  category: 'equipment',
  level: 'critical',
  judge: ({ host, state, event }): { finding?: Finding } => {
    const cause = 'the domain is paused because of an I/O error';
    if (event?.kind === 'io-error' && event.action === 'pause') {
      const { device, path, reason } = event;
      const details = { host, device, path, reason: reason || 'not given', state: stateText(state) };
      return { finding: { status: 'present', cause, details, again: true } };
    }
    if (state === null) return {};
    if (state.state === 'paused' && state.reason === 'ioerror') {
      return { finding: { status: 'present', cause, details: { host, state: stateText(state) }, again: false } };
    }
    return { finding: { status: 'absent' } };
  },
});
