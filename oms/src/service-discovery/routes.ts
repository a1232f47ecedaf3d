import { HttpTargetGroups } from '@faultline/contracts';
import type { DomainRoutes } from '../context.ts';
import { knownHosts } from '../hosts/index.ts';
import { targetGroups } from './targets.ts';

/** `GET /api/v1/prometheus/targets`: what `http_sd_configs` of a Prometheus asks, so that a host is configured in one place. */
export const serviceDiscoveryRoutes: DomainRoutes = (app, { context: { config, db, hosts, now } }) => {
  app.get(
    '/api/v1/prometheus/targets',
    {
      config: { access: 'read' },
      schema: {
        summary: "The exporters that the OMS reads, as Prometheus' HTTP service discovery asks for them",
        tags: ['hosts'],
        response: { 200: HttpTargetGroups },
      },
    },
    async () => {
      const heard = new Map(hosts().map(({ url, host }) => [url, host]));
      const exporters = config.scrapeUrls.map((url) => ({ url, host: heard.get(url) ?? null }));
      return targetGroups(exporters, await knownHosts(db, { now: now() }));
    },
  );
  return Promise.resolve();
};
