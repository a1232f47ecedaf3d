import { DOMAIN_STATES, METRICS } from '@faultline/contracts';
import { defineCollector, DOMAIN_LABELS, domainLabels, gauge } from './collector.ts';

/** Covers every domain, also stopped and crashed ones. A state set keeps its series while the state changes. */
export const domainState = defineCollector({
  name: 'domain_state',
  source: 'state',
  stats: [],
  metrics: {
    state: gauge(
      METRICS.domainState,
      'Whether the domain is in this state: 1 for the one it is in, 0 for the others.',
      [...DOMAIN_LABELS, 'state'],
    ),
    reason: gauge(METRICS.domainStateReason, 'The state of the domain and the reason libvirt gives; always 1.', [
      ...DOMAIN_LABELS,
      'state',
      'reason',
    ]),
  },
  parse: ({ domains }) =>
    domains.flatMap((domain) => {
      const { state } = domain;
      if (state === null) return [];
      const labels = domainLabels(domain);
      return [
        ...DOMAIN_STATES.map((name) => ({
          metric: 'state' as const,
          labels: { ...labels, state: name },
          value: name === state.state ? 1 : 0,
        })),
        { metric: 'reason' as const, labels: { ...labels, ...state }, value: 1 },
      ];
    }),
});
