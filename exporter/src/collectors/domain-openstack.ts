import { METRICS } from '@faultline/contracts';
import { defineCollector, DOMAIN_LABELS, domainLabels, gauge, ownedDomains } from './collector.ts';

/** Whose instance a domain is. Only of domains that OpenStack Nova made. */
export const domainOpenstack = defineCollector({
  name: 'domain_openstack',
  source: 'state',
  stats: [],
  metrics: {
    info: gauge(METRICS.domainOpenstackInfo, 'What OpenStack Nova wrote into the XML of its instance; always 1.', [
      ...DOMAIN_LABELS,
      'instance_name',
      'instance_id',
      'flavor_name',
      'user_name',
      'user_id',
      'project_name',
      'project_id',
    ]),
  },
  parse: (snapshot) =>
    ownedDomains(snapshot).flatMap((domain) => {
      const openstack = domain.description?.openstack ?? null;
      if (openstack === null) return [];
      const labels = {
        ...domainLabels(domain),
        instance_name: openstack.name,
        instance_id: domain.uuid,
        flavor_name: openstack.flavor,
        user_name: openstack.userName,
        user_id: openstack.userId,
        project_name: openstack.projectName,
        project_id: openstack.projectId,
      };
      return [{ metric: 'info' as const, labels, value: 1 }];
    }),
});
