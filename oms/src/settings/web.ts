import { BadSettingError, isLoopback, kinds, type Settings, type ValuesOf } from '@faultline/program';

/** Where the OMS is reached, by whom, and how often. */
export const webSettings = {
  listen: {
    flag: 'web.listen-address',
    kind: kinds.address({ leastPort: 0, example: '127.0.0.1:3000 or [::1]:3000' }),
    description: 'Where the API and the console are served. Port 0: any free port.',
    default: '127.0.0.1:3000',
  },
  allowedHosts: {
    flag: 'web.allowed-host',
    kind: kinds.text({
      pattern: /^[^\s:/[\]@]{1,255}$/,
      allowed: 'a host name without port, such as oms.example.org',
    }),
    description: 'Names by which browsers reach the OMS, beside localhost, the own host name and every IP address.',
    atMost: 100,
  },
  externalUrl: {
    flag: 'web.external-url',
    kind: kinds.httpUrl({
      query: false,
      allowed: 'an http or https URL without credentials and query, such as http://oms1.example.org:3000',
    }),
    description:
      'Where other OMSs on the same database reach this one, and no other. Absent: the listen address, where it is one.',
  },
  anonymousAccess: {
    flag: 'web.anonymous-access',
    kind: kinds.oneOf(['none', 'read', 'operate']),
    description: 'What callers without a token may do; they are heard from this machine only, unless --web.insecure.',
    default: 'read',
  },
  tlsCert: {
    flag: 'web.tls-cert',
    kind: kinds.file,
    description: 'Certificates for HTTPS, in PEM, with the chain; read again when they change.',
  },
  tlsKey: {
    flag: 'web.tls-key',
    kind: kinds.file,
    description: 'Their private key, in PEM.',
  },
  insecure: {
    flag: 'web.insecure',
    kind: kinds.toggle,
    description:
      'Listen for other machines also without TLS or tokens, and hear their callers without a token as those of this machine.',
    default: 'false',
  },
  rateLimit: {
    flag: 'web.rate-limit',
    kind: kinds.integer({ from: 1, to: 1_000_000, of: 'requests' }),
    description: 'Requests a second that one caller may make over ten seconds; more are answered 429.',
    default: '500',
  },
} as const satisfies Settings;

type WebValues = ValuesOf<{ settings: typeof webSettings }>;

/** The files of certificate and key; null: plain HTTP. */
export type Tls = { cert: string; key: string } | null;

/** @throws BadSettingError where one is given without the other */
export function tlsOf(cert: string | undefined, key: string | undefined): Tls {
  if (cert !== undefined && key !== undefined) return { cert, key };
  if (cert === undefined && key === undefined) return null;
  const [given, absent] = key === undefined ? ['--web.tls-cert', '--web.tls-key'] : ['--web.tls-key', '--web.tls-cert'];
  throw new BadSettingError(given, `needs ${absent} too`);
}

/** @throws BadSettingError where other machines would be listened to in plain HTTP */
export function refuseOpenListening({ listen, insecure }: Pick<WebValues, 'listen' | 'insecure'>): void {
  if (insecure || isLoopback(listen.host)) return;
  throw new BadSettingError(
    '--web.listen-address',
    `${listen.host} is for other machines too: it needs --web.tls-cert and --web.tls-key, or else --web.insecure`,
  );
}

/** Whether it stands for every address of the machine, and so tells others none. */
export const isWildcard = (host: string): boolean => ['0.0.0.0', '::', '[::]', ''].includes(host);
