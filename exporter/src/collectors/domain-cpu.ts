import { METRICS } from '@faultline/contracts';
import {
  counter,
  defineCollector,
  DOMAIN_LABELS,
  domainLabels,
  NANOSECONDS_PER_SECOND,
  sampleOf,
  statistic,
} from './collector.ts';

export const domainCpu = defineCollector({
  name: 'domain_cpu',
  source: 'statistics',
  stats: ['cpu'],
  metrics: {
    cpuTime: counter(METRICS.domainCpuTime, 'CPU time that the domain used, in seconds.', DOMAIN_LABELS),
  },
  parse: ({ domains }) =>
    domains.flatMap((domain) =>
      sampleOf('cpuTime', domainLabels(domain), statistic(domain, 'cpu.time', NANOSECONDS_PER_SECOND)),
    ),
});
