import { METRICS } from '@faultline/contracts';
import { defineCollector, gauge, MILLISECONDS_PER_SECOND } from './collector.ts';

export const cycle = defineCollector({
  name: 'cycle',
  source: 'state',
  stats: [],
  metrics: {
    number: gauge(METRICS.cycleNumber, 'Number of the collection cycle that this scrape carries, from 1 at the start.'),
    timestamp: gauge(METRICS.cycleTimestamp, 'When the states of that cycle were read, in seconds since the epoch.'),
  },
  parse: ({ cycle }) => [
    { metric: 'number', labels: {}, value: cycle.number },
    { metric: 'timestamp', labels: {}, value: cycle.at / MILLISECONDS_PER_SECOND },
  ],
});
