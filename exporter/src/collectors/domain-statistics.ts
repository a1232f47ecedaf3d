import { METRICS } from '@faultline/contracts';
import {
  addSample,
  defineCollector,
  DOMAIN_LABELS,
  domainLabels,
  gauge,
  MILLISECONDS_PER_SECOND,
  ownedDomains,
  type Sample,
} from './collector.ts';

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
  parse: (snapshot) => {
    const samples: Sample<'timestamp' | 'timedOut'>[] = [];
    for (const domain of ownedDomains(snapshot)) {
      const labels = domainLabels(domain);
      const { statisticsAt, timedOut } = domain;
      addSample(
        samples,
        'timestamp',
        labels,
        statisticsAt === null ? undefined : statisticsAt / MILLISECONDS_PER_SECOND,
      );
      addSample(samples, 'timedOut', labels, timedOut ? 1 : 0);
    }
    return samples;
  },
});
