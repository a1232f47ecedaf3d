import type { Host, HttpTargetGroups } from '@faultline/contracts';

/** What is known of the host behind an exporter's address. */
export interface KnownTarget {
  url: string;
  /** Null until the exporter has told it. */
  host: string | null;
}

/** Prometheus 2 adds a port where there is none; written out, an address is the same wherever it is configured. */
const DEFAULT_PORTS: Readonly<Record<string, string>> = { http: '80', https: '443' };

/**
 * The target groups of exporters, one each, in the order in which they are configured. The query of an address is the OMS's own: it
 * may ask for the few collectors that cycles are made of, and Prometheus gets the whole page.
 */
export function targetGroups(exporters: readonly KnownTarget[], hosts: readonly Host[]): HttpTargetGroups {
  const isolated = new Set(hosts.filter(({ isolation }) => isolation !== null).map(({ name }) => name));
  return exporters.map(({ url, host }) => {
    const { protocol, hostname, port, pathname } = new URL(url);
    const scheme = protocol === 'https:' ? 'https' : 'http';
    return {
      targets: [`${hostname}:${port || DEFAULT_PORTS[scheme]}`],
      labels: {
        __scheme__: scheme,
        __metrics_path__: pathname,
        ...(host !== null && {
          __meta_faultline_host: host,
          __meta_faultline_isolated: isolated.has(host) ? ('true' as const) : ('false' as const),
        }),
      },
    };
  });
}
