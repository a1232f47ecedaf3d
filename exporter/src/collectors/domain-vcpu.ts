import { METRICS } from '@faultline/contracts';
import {
  addSample,
  counter,
  defineCollector,
  DOMAIN_LABELS,
  domainLabels,
  gauge,
  NANOSECONDS_PER_SECOND,
  ownedDomains,
  statistic,
  type Sample,
} from './collector.ts';
import { IndexedFields } from './indexed-fields.ts';

const VCPU_LABELS = [...DOMAIN_LABELS, 'vcpu'] as const;

const VCPU = new IndexedFields('vcpu', ['state', 'time', 'wait', 'delay']);

const METRICS_OF_VCPUS = {
  virtualCpus: gauge(METRICS.domainVirtualCpus, 'vCPUs that the domain has now.', DOMAIN_LABELS),
  current: gauge('libvirt_domain_vcpu_current', 'vCPUs that are online.', DOMAIN_LABELS),
  maximum: gauge('libvirt_domain_vcpu_maximum', 'vCPUs that can be online at most.', DOMAIN_LABELS),
  state: gauge('libvirt_domain_vcpu_state', 'virVcpuState of the vCPU: 0 offline, 1 running, 2 blocked.', VCPU_LABELS),
  time: counter('libvirt_domain_vcpu_time_seconds_total', 'CPU time that the vCPU used, in seconds.', VCPU_LABELS),
  wait: counter(
    'libvirt_domain_vcpu_wait_seconds_total',
    'Time that the vCPU spent waiting on I/O, in seconds.',
    VCPU_LABELS,
  ),
  delay: counter(
    'libvirt_domain_vcpu_delay_seconds_total',
    'Time that the vCPU was ready to run and had to wait for the host, in seconds.',
    VCPU_LABELS,
  ),
};

/** What libvirt has values for: the numbers need not be contiguous after hot-unplugging. */
export const domainVcpu = defineCollector({
  name: 'domain_vcpu',
  source: 'statistics',
  stats: ['vcpu'],
  metrics: METRICS_OF_VCPUS,
  parse: (snapshot) => {
    const samples: Sample<keyof typeof METRICS_OF_VCPUS>[] = [];
    for (const domain of ownedDomains(snapshot)) {
      const labels = domainLabels(domain);
      const current = statistic(domain, 'vcpu.current');
      const maximum = statistic(domain, 'vcpu.maximum');
      addSample(samples, 'virtualCpus', labels, current);
      addSample(samples, 'current', labels, current);
      addSample(samples, 'maximum', labels, maximum);
      for (const [index, fields] of VCPU.upTo(maximum)) {
        const state = statistic(domain, fields.state);
        const time = statistic(domain, fields.time, NANOSECONDS_PER_SECOND);
        if (state === undefined && time === undefined) continue;
        const vcpu = { ...labels, vcpu: String(index) };
        addSample(samples, 'state', vcpu, state);
        addSample(samples, 'time', vcpu, time);
        addSample(samples, 'wait', vcpu, statistic(domain, fields.wait, NANOSECONDS_PER_SECOND));
        addSample(samples, 'delay', vcpu, statistic(domain, fields.delay, NANOSECONDS_PER_SECOND));
      }
    }
    return samples;
  },
});
