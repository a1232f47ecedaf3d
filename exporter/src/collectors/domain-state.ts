import { DOMAIN_STATES, METRICS, type DomainState } from '@faultline/contracts';
import { defineCollector, DOMAIN_LABELS, domainLabels, gauge } from './collector.ts';

/** As the libvirt exporters before this one say it. */
const STATE_DESCRIPTIONS: Readonly<Record<DomainState, string>> = {
  nostate: 'no state',
  running: 'the domain is running',
  blocked: 'the domain is blocked on resource',
  paused: 'the domain is paused by user',
  shutdown: 'the domain is being shut down',
  shutoff: 'the domain is shut off',
  crashed: 'the domain is crashed',
  pmsuspended: 'the domain is suspended by guest power management',
};

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
    code: gauge(
      'libvirt_domain_info_state',
      'virDomainState by number; its label changes with it, so libvirt_domain_state is the better one to alert on.',
      [...DOMAIN_LABELS, 'state_desc'],
    ),
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
        ...(domain.owned
          ? [
              {
                metric: 'code' as const,
                labels: { ...labels, state_desc: STATE_DESCRIPTIONS[state.state] },
                value: DOMAIN_STATES.indexOf(state.state),
              },
            ]
          : []),
      ];
    }),
});
