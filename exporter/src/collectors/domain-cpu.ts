import { METRICS } from '@faultline/contracts';
import {
  addSample,
  counter,
  defineCollector,
  DOMAIN_LABELS,
  domainLabels,
  NANOSECONDS_PER_SECOND,
  ownedDomains,
  statistic,
  type Sample,
} from './collector.ts';

export const domainCpu = defineCollector({
  name: 'domain_cpu',
  source: 'statistics',
  stats: ['cpu'],
  metrics: {
    cpuTime: counter(METRICS.domainCpuTime, 'CPU time that the domain used, in seconds.', DOMAIN_LABELS),
  },
  parse: (snapshot) => {
    const samples: Sample<'cpuTime'>[] = [];
    for (const domain of ownedDomains(snapshot)) {
      addSample(samples, 'cpuTime', domainLabels(domain), statistic(domain, 'cpu.time', NANOSECONDS_PER_SECOND));
    }
    return samples;
  },
});
