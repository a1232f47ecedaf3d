import { METRICS } from '@faultline/contracts';
import { defineCollector, DOMAIN_LABELS, domainLabels, gauge, MILLISECONDS_PER_SECOND, sampleOf } from './collector.ts';

/** The age of a domain's statistics, also while they cannot be read. */
export const domainStatistics = defineCollector({
  name: 'domain_statistics',
  source: 'statistics',
  stats: [],
  metrics: {
    timestamp: gauge(
      METRICS.domainStatsTimestamp,
      'When statistics of the domain were last read, in seconds since the epoch.',
      DOMAIN_LABELS,
    ),
    timedOut: gauge(
      'libvirt_domain_timed_out',
      'Whether this cycle left the domain out of the statistics, or waited for it in vain.',
      DOMAIN_LABELS,
    ),
  },
  parse: ({ domains }) =>
    domains.flatMap((domain) => [
      ...sampleOf(
        'timestamp',
        domainLabels(domain),
        domain.statisticsAt === null ? undefined : domain.statisticsAt / MILLISECONDS_PER_SECOND,
      ),
      { metric: 'timedOut' as const, labels: domainLabels(domain), value: domain.timedOut ? 1 : 0 },
    ]),
});
