import { METRICS } from '@faultline/contracts';
import { defineCollector, DOMAIN_LABELS, domainLabels, gauge, MILLISECONDS_PER_SECOND } from './collector.ts';

const CONTROL_STATES = ['ok', 'job', 'occupied', 'error'] as const;

/** libvirtd's channel to QEMU: `occupied` for long is a QEMU that does not answer. */
export const domainControl = defineCollector({
  name: 'domain_control',
  source: 'state',
  // Tells of most domains that their control interface is free, without a call for each: see cycle/free-monitors.ts.
  stats: ['balloon'],
  metrics: {
    state: gauge(
      METRICS.domainControlState,
      'Whether the control interface to the hypervisor is in this state: 1 for the one it is in, 0 for the others.',
      [...DOMAIN_LABELS, 'state'],
    ),
    seconds: gauge(
      METRICS.domainControlSeconds,
      'For how long the control interface has been in its state; 0 while it is ok.',
      DOMAIN_LABELS,
    ),
  },
  parse: ({ domains }) =>
    domains.flatMap((domain) => {
      const { control } = domain;
      if (control === null) return [];
      const labels = domainLabels(domain);
      return [
        ...CONTROL_STATES.map((name) => ({
          metric: 'state' as const,
          labels: { ...labels, state: name },
          value: name === control.state ? 1 : 0,
        })),
        { metric: 'seconds' as const, labels, value: control.stateTimeMs / MILLISECONDS_PER_SECOND },
      ];
    }),
});
