import { METRICS } from '@faultline/contracts';
import type { DomainSnapshot } from '../snapshot.ts';
import {
  counter,
  defineCollector,
  DOMAIN_LABELS,
  domainLabels,
  gauge,
  NANOSECONDS_PER_SECOND,
  sampleOf,
  statistic,
} from './collector.ts';

const VCPU_LABELS = [...DOMAIN_LABELS, 'vcpu'] as const;

/** The vCPUs that libvirt has values for: their numbers need not be contiguous after hot-unplugging. */
function vcpuNumbers({ statistics }: DomainSnapshot): string[] {
  const numbers = new Set<number>();
  for (const field of statistics?.values.keys() ?? []) {
    const [, number] = /^vcpu\.([0-9]+)\./.exec(field) ?? [];
    if (number !== undefined) numbers.add(Number(number));
  }
  return [...numbers].sort((a, b) => a - b).map(String);
}

export const domainVcpu = defineCollector({
  name: 'domain_vcpu',
  source: 'statistics',
  stats: ['vcpu'],
  metrics: {
    virtualCpus: gauge(METRICS.domainVirtualCpus, 'vCPUs that the domain has now.', DOMAIN_LABELS),
    current: gauge('libvirt_domain_vcpu_current', 'vCPUs that are online.', DOMAIN_LABELS),
    maximum: gauge('libvirt_domain_vcpu_maximum', 'vCPUs that can be online at most.', DOMAIN_LABELS),
    state: gauge(
      'libvirt_domain_vcpu_state',
      'virVcpuState of the vCPU: 0 offline, 1 running, 2 blocked.',
      VCPU_LABELS,
    ),
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
  },
  parse: ({ domains }) =>
    domains.flatMap((domain) => {
      const labels = domainLabels(domain);
      const current = statistic(domain, 'vcpu.current');
      return [
        ...sampleOf('virtualCpus', labels, current),
        ...sampleOf('current', labels, current),
        ...sampleOf('maximum', labels, statistic(domain, 'vcpu.maximum')),
        ...vcpuNumbers(domain).flatMap((vcpu) => [
          ...sampleOf('state', { ...labels, vcpu }, statistic(domain, `vcpu.${vcpu}.state`)),
          ...sampleOf('time', { ...labels, vcpu }, statistic(domain, `vcpu.${vcpu}.time`, NANOSECONDS_PER_SECOND)),
          ...sampleOf('wait', { ...labels, vcpu }, statistic(domain, `vcpu.${vcpu}.wait`, NANOSECONDS_PER_SECOND)),
          ...sampleOf('delay', { ...labels, vcpu }, statistic(domain, `vcpu.${vcpu}.delay`, NANOSECONDS_PER_SECOND)),
        ]),
      ];
    }),
});
