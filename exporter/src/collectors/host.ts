import { METRICS } from '@faultline/contracts';
import { defineCollector, gauge } from './collector.ts';

export const host = defineCollector({
  name: 'host',
  source: 'state',
  stats: [],
  metrics: {
    up: gauge(METRICS.up, 'Whether the last cycle reached libvirtd.'),
    info: gauge(METRICS.hostInfo, 'The host under the name it reports as, and its libvirt version; always 1.', [
      'host',
      'version',
    ]),
    versions: gauge('libvirt_versions_info', 'Versions of the hypervisor and of libvirtd; always 1.', [
      'hypervisor_running',
      'libvirtd_running',
    ]),
    domains: gauge(METRICS.domains, 'Domains that the host knows, running or not.'),
  },
  parse: ({ up, host, domains }) => [
    { metric: 'up', labels: {}, value: up ? 1 : 0 },
    ...(host ? [{ metric: 'info' as const, labels: { host: host.name, version: host.libvirtVersion }, value: 1 }] : []),
    ...(up && host?.hypervisorVersion != null
      ? [
          {
            metric: 'versions' as const,
            labels: { hypervisor_running: host.hypervisorVersion, libvirtd_running: host.libvirtVersion },
            value: 1,
          },
        ]
      : []),
    ...(up ? [{ metric: 'domains' as const, labels: {}, value: domains.length }] : []),
  ],
});
