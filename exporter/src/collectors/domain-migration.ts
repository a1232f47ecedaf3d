import { defineCollector, DOMAIN_LABELS, domainLabels, gauge } from './collector.ts';

/** What is left of a domain that comes or goes, beside its state: every other series is its owner's. */
export const domainMigration = defineCollector({
  name: 'domain_migration',
  source: 'state',
  stats: [],
  metrics: {
    migrating: gauge(
      'libvirt_domain_migrating',
      'A domain that comes to this host or leaves it; always 1. While it does not run here, the host does not own it.',
      [...DOMAIN_LABELS, 'direction'],
    ),
  },
  parse: ({ domains }) =>
    domains.flatMap((domain) =>
      domain.migrating === null
        ? []
        : [
            {
              metric: 'migrating' as const,
              labels: { ...domainLabels(domain), direction: domain.migrating },
              value: 1,
            },
          ],
    ),
});
