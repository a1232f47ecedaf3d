import { counter, defineCollector, DOMAIN_LABELS, domainLabels } from './collector.ts';

/** Events since the exporter started, of domains that the host still knows. */
export const domainEvents = defineCollector({
  name: 'domain_events',
  source: 'state',
  stats: [],
  metrics: {
    events: counter(
      'libvirt_domain_events_total',
      'Events that libvirt told of the domain, since this exporter started and the host knows the domain.',
      [...DOMAIN_LABELS, 'event', 'detail'],
    ),
  },
  parse: ({ domains }) =>
    domains.flatMap((domain) =>
      domain.events.map(({ event, detail, count }) => ({
        metric: 'events' as const,
        labels: { ...domainLabels(domain), event, detail },
        value: count,
      })),
    ),
});
