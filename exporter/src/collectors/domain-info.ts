import { defineCollector, DOMAIN_LABELS, domainLabels, gauge, ownedDomains } from './collector.ts';

/** Identity, to be joined on `uuid`. Exactly one host has it of a domain, also while the domain moves. */
export const domainInfo = defineCollector({
  name: 'domain_info',
  source: 'state',
  stats: [],
  metrics: {
    info: gauge(
      'libvirt_domain_info',
      'What the domain is, as its XML says; always 1. On the host that owns it only.',
      [...DOMAIN_LABELS, 'os_type', 'os_type_arch', 'os_type_machine'],
    ),
  },
  parse: (snapshot) =>
    ownedDomains(snapshot).flatMap((domain) => {
      if (domain.description === null) return [];
      const { type, arch, machine } = domain.description.os;
      const labels = { ...domainLabels(domain), os_type: type, os_type_arch: arch, os_type_machine: machine };
      return [{ metric: 'info' as const, labels, value: 1 }];
    }),
});
