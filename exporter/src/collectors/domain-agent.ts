import { defineCollector, DOMAIN_LABELS, domainLabels, gauge, ownedDomains } from './collector.ts';

/** Connected is not alive: the channel stays open while the agent is frozen. */
export const domainAgent = defineCollector({
  name: 'domain_agent',
  source: 'state',
  stats: [],
  metrics: {
    connected: gauge(
      'libvirt_domain_guest_agent_connected',
      'Whether a guest agent holds its end of the channel open; it does not say that the agent answers.',
      DOMAIN_LABELS,
    ),
  },
  parse: (snapshot) =>
    ownedDomains(snapshot).flatMap((domain) =>
      domain.agent === null
        ? []
        : [{ metric: 'connected', labels: domainLabels(domain), value: domain.agent === 'connected' ? 1 : 0 }],
    ),
});
