import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

interface Route {
  path: string;
  method?: string;
  reqRole?: string;
  headers: Array<{ name: string; content: string }>;
}

const textOf = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const { id, routes } = JSON.parse(textOf('./plugin.json')) as { id: string; routes: Route[] };
const PROVISIONED = '../../provisioning/grafana/datasources/faultline.yaml';

/** The route that Grafana's proxy takes: the first with the method and a beginning of the path. */
const routeOf = (method: string, path: string): Route | undefined =>
  routes.find((route) => route.method === method && path.startsWith(route.path.replace(/\/$/, '')));

describe('what Grafana is told of the plugin', () => {
  it('adds the token to what viewers read', () => {
    for (const [method, path] of [
      ['POST', 'api/v1/query'],
      ['GET', 'api/v1/news'],
      ['GET', 'api/v1/vms?limit=1'],
    ] as const) {
      const route = routeOf(method, path);
      expect([path, route?.reqRole]).toEqual([path, undefined]);
      expect(route?.headers[0]?.content).toContain('Bearer {{ .SecureJsonData.token }}');
    }
  });

  it('adds it to acts of editors only, and to nothing else', () => {
    expect(routeOf('POST', 'api/v1/alarms/a/acknowledge')?.reqRole).toBe('Editor');
    expect(routeOf('POST', 'api/v1/operations')?.reqRole).toBe('Editor');
    expect(routeOf('PATCH', 'api/v1/vms/u')).toBeUndefined();
    expect(routeOf('DELETE', 'api/v1/hosts/h/isolation')).toBeUndefined();
    expect(routeOf('POST', 'api/v1/reports')).toBeUndefined();
  });

  it('is what the example provisions, with the token among the secrets', () => {
    const lines = textOf(PROVISIONED).split('\n');
    expect(lines).toContain(`    type: ${id}`);
    const secrets = lines.indexOf('    secureJsonData:');
    expect(secrets).toBeGreaterThan(0);
    expect(lines.findIndex((line) => /^ +token:/.test(line))).toBeGreaterThan(secrets);
  });
});
