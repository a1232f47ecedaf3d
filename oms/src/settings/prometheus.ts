import { BadSettingError, kinds, type Kind, type Settings, type ValuesOf } from '@faultline/program';
import { isMatcher, type Credentials } from '../cycles/index.ts';

const matcher: Kind<string> = {
  allowed: 'a label matcher of PromQL, such as job="faultline" or cluster=~"a|b"',
  read: (text) => (text.length <= 1024 && isMatcher(text) ? text : undefined),
};

/** Headers that carry a request, or a secret, which a flag would show to everyone on the machine. */
const NOT_GIVEN =
  /^(authorization|proxy-.*|cookie|host|connection|transfer-encoding|content-.*|accept.*|expect|te|upgrade)$/i;

const header: Kind<[string, string]> = {
  allowed: 'NAME=VALUE without secrets, such as X-Scope-OrgID=tenant-1',
  read: (text) => {
    const [, name, value] = /^([A-Za-z][A-Za-z0-9-]{0,100})=([\x20-\x7e]{1,1000})$/.exec(text) ?? [];
    return name === undefined || value === undefined || NOT_GIVEN.test(name) ? undefined : [name, value];
  },
};

/** Where cycles are read that a server scrapes. */
export const prometheusSettings = {
  prometheusUrl: {
    flag: 'prometheus.url',
    kind: kinds.httpUrl({
      query: false,
      allowed: 'an http or https URL without credentials and query, such as http://127.0.0.1:9090',
    }),
    description:
      'A server that scrapes the exporters and answers the Prometheus query API at /api/v1 below this URL, to read cycles from.',
  },
  prometheusIntervalMs: {
    flag: 'prometheus.interval',
    kind: kinds.duration({ from: '100ms', to: '1h', example: '15s' }),
    description: 'Time between two reads; as long as the server takes between two scrapes.',
    default: '5s',
  },
  prometheusDelayMs: {
    flag: 'prometheus.delay',
    kind: kinds.duration({ from: '0ms', to: '5m', example: '30s' }),
    description:
      'How old a scrape is before it is read. Where others send it on to the server, longer than that takes.',
    default: '2s',
  },
  prometheusCatchUpMs: {
    flag: 'prometheus.catch-up',
    kind: kinds.duration({ from: '1m', to: '7d', example: '6h' }),
    description: 'How far back cycles are read that were missed, or are from before the first start.',
    default: '1h',
  },
  prometheusMatchers: {
    flag: 'prometheus.match',
    kind: matcher,
    description: 'What the labels of the exporters must be, where the server has others that are not to be read.',
    atMost: 20,
  },
  prometheusHeaders: {
    flag: 'prometheus.header',
    kind: header,
    description: 'Headers of every request to the server.',
    atMost: 20,
  },
  prometheusTokenFile: {
    flag: 'prometheus.token-file',
    kind: kinds.file,
    description: 'A file with a bearer token for the server; read for each request.',
  },
  prometheusBasicAuthFile: {
    flag: 'prometheus.basic-auth-file',
    kind: kinds.file,
    description: 'A file with USER:PASSWORD for the server; read for each request.',
  },
} as const satisfies Settings;

type Given = ValuesOf<{ settings: typeof prometheusSettings }>;

/** How a server is asked; null: none is. */
export type PrometheusServer = {
  url: string;
  intervalMs: number;
  delayMs: number;
  catchUpMs: number;
  matchers: string[];
  headers: Record<string, string>;
  credentials: Credentials;
} | null;

/** @throws BadSettingError where something is said of no server, or of how it is asked twice */
export function prometheusServerIn(given: Given): PrometheusServer {
  const { prometheusUrl: url, prometheusMatchers: matchers, prometheusHeaders: headers } = given;
  const { prometheusTokenFile: token, prometheusBasicAuthFile: basic } = given;
  if (url === undefined) {
    for (const [flag, value] of [
      ['match', matchers[0]],
      ['header', headers[0]],
      ['token-file', token],
      ['basic-auth-file', basic],
    ] as const) {
      if (value !== undefined) throw new BadSettingError(`--prometheus.${flag}`, 'needs --prometheus.url too');
    }
    return null;
  }
  if (token !== undefined && basic !== undefined) {
    throw new BadSettingError('--prometheus.token-file', 'cannot be used with --prometheus.basic-auth-file');
  }
  const { prometheusIntervalMs: intervalMs, prometheusDelayMs: delayMs, prometheusCatchUpMs: catchUpMs } = given;
  const credentials: Credentials =
    token !== undefined ? { kind: 'bearer', file: token } : basic !== undefined ? { kind: 'basic', file: basic } : null;
  return { url, intervalMs, delayMs, catchUpMs, matchers, headers: Object.fromEntries(headers), credentials };
}
