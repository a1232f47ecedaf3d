import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ALARM_LEVELS, type AlarmLevel } from '@faultline/contracts';
import {
  asksForHelp,
  BadSettingError,
  isLoopback,
  kinds,
  notAllowed,
  readSettings,
  usageOf,
  type Kind,
  type Program,
  type ValuesOf,
} from '@faultline/program';
import { DEFAULT_LEVELS, type SeverityLevels } from './alertmanager/severity.ts';
import { isPostgresUrl, type Retention } from './database/index.ts';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

/** Three of the exporter's default cycles: with less, an exporter that does as it was told would look silent. */
const LEAST_DEFAULT_STALE_AFTER_MS = 45_000;
const MOST_STALE_AFTER_MS = 3_600_000;

const interval = kinds.duration({ from: '100ms', to: '1h', example: '5s or 2m' });

/** Name and URI. */
const hostUri = (example: string): Kind<[string, string]> => ({
  allowed: `NAME=URI, each name once, such as ${example}`,
  read: (text) => {
    const [, name, written] = /^([^=]{1,255})=(.*)$/.exec(text) ?? [];
    const uri = kinds.libvirtUri.read(written ?? '');
    return name === undefined || uri === undefined ? undefined : [name, uri];
  },
});
const controlHost = hostUri('hv1=qemu:///system');
const migrationUri = hostUri('hv1=qemu+tls://hv1.example.org/system');

const severityLevel: Kind<[string, AlarmLevel]> = {
  allowed: `SEVERITY=LEVEL with a level of ${ALARM_LEVELS.join(', ')}, each severity once, such as warning=minor`,
  read: (text) => {
    const [, severity, written] = /^([^=\s]{1,64})=(.*)$/.exec(text) ?? [];
    const level = ALARM_LEVELS.find((it) => it === written);
    return severity === undefined || level === undefined ? undefined : [severity.toLowerCase(), level];
  },
};

/** Where the store is, for every command that needs it. */
export const DATA_DIR = {
  flag: 'data.dir',
  kind: kinds.folder(),
  description: 'Folder of the store; one OMS at a time holds it.',
  default: 'data',
} as const;
const DAY_MS = 86_400_000;

/** How long records are kept, ms. */
const keeping: Kind<number> = {
  allowed: 'days from 1d to 36500d, such as 30d, or forever',
  read: (text) => {
    if (text === 'forever') return Infinity;
    const days = /^\d{1,5}d$/.test(text) ? parseInt(text, 10) : NaN;
    return days >= 1 && days <= 36_500 ? days * DAY_MS : undefined;
  },
};

/** Every setting of an OMS. */
const PROGRAM = {
  about: 'faultline-oms: the records of VMs, their timelines, and operations on them',
  envPrefix: 'FAULTLINE_OMS_',
  settings: {
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
    leaseMs: {
      flag: 'lease.duration',
      kind: kinds.duration({ from: '1s', to: '5m', example: '6s' }),
      description:
        'Of OMSs on one database: for how long one that is not heard of keeps the others from performing operations.',
      default: '6s',
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
    dataDir: DATA_DIR,
    scrapeUrls: {
      flag: 'scrape.url',
      kind: kinds.httpUrl({
        query: true,
        allowed: 'up to 100 http or https URLs without credentials, such as http://127.0.0.1:9177/metrics',
      }),
      description: 'Exporter /metrics URLs to collect cycles from.',
      atMost: 100,
    },
    scrapeIntervalMs: {
      flag: 'scrape.interval',
      kind: interval,
      description: 'Time between two scrapes of an exporter.',
      default: '5s',
    },
    staleAfterMs: {
      flag: 'state.stale-after',
      kind: interval,
      description: 'Silence after which nothing is claimed of a VM. Absent: three scrape intervals, at least 45s.',
    },
    transientLimitMs: {
      flag: 'state.transient-limit',
      kind: interval,
      description: 'How long a VM may be on its way (paused to migrate, shutting down) before that is abnormal.',
      default: '5m',
    },
    keepSamplesMs: {
      flag: 'retention.samples',
      kind: keeping,
      description: 'How long CPU samples, cycles and single observations are kept.',
      default: '30d',
    },
    keepStatesMs: {
      flag: 'retention.states',
      kind: keeping,
      description: "How long the history of VMs' states is kept; the latest state of each stays.",
      default: '400d',
    },
    keepEventsMs: {
      flag: 'retention.events',
      kind: keeping,
      description: "How long libvirt's events are kept.",
      default: '400d',
    },
    keepReportsMs: {
      flag: 'retention.reports',
      kind: keeping,
      description: 'How long looks into guests are kept, and the ids by which a report that is sent again is known.',
      default: '30d',
    },
    keepOperationsMs: {
      flag: 'retention.operations',
      kind: keeping,
      description: 'How long operations are kept once they ended.',
      default: '400d',
    },
    keepAlarmsMs: {
      flag: 'retention.alarms',
      kind: keeping,
      description: 'How long alarms are kept once they are cleared, and fault reports once their VM is known.',
      default: '400d',
    },
    severityLevels: {
      flag: 'alarm.severity',
      kind: severityLevel,
      description: `Levels of Alertmanager's severities, over ${Object.entries(DEFAULT_LEVELS)
        .map(([severity, level]) => `${severity}=${level}`)
        .join(', ')}. Any other severity is indeterminate.`,
      atMost: 100,
    },
    controlHosts: {
      flag: 'control.host',
      kind: controlHost,
      description: 'Hosts on which operations may be performed, with their read-write libvirt URIs.',
      atMost: 1000,
    },
    migrationUris: {
      flag: 'control.migration-uri',
      kind: migrationUri,
      description:
        'Under which URIs the libvirtd of other hosts reaches these hosts, to migrate VMs to them. Absent: that of --control.host, where it names a machine.',
      atMost: 1000,
    },
    replayDir: {
      flag: 'replay.dir',
      kind: kinds.folder({ allowed: 'a scenario folder' }),
      description: 'A recorded incident to show; nothing is collected or performed then.',
    },
    consoleDir: {
      flag: 'console.dir',
      kind: kinds.folder(),
      description: 'Folder of the built console.',
      default: resolve(REPOSITORY, 'console/dist'),
    },
    pluginsDir: {
      flag: 'plugins.dir',
      kind: kinds.folder(),
      description: 'Folder in which the built plugins are found.',
      default: REPOSITORY,
    },
    logLevel: {
      flag: 'log.level',
      kind: kinds.logLevel,
      description: 'The least severe log lines that are written.',
      default: 'info',
    },
  },
} as const satisfies Program;

type Given = ValuesOf<typeof PROGRAM>;

export interface OmsConfig extends Omit<
  Given,
  'staleAfterMs' | 'severityLevels' | 'controlHosts' | 'migrationUris' | 'tlsCert' | 'tlsKey' | `keep${string}Ms`
> {
  /** The files of certificate and key; null: plain HTTP. */
  tls: { cert: string; key: string } | null;
  /** A PostgreSQL database; undefined: a SQLite file in the data folder. */
  databaseUrl: string | undefined;
  staleAfterMs: number;
  severityLevels: SeverityLevels;
  /** By host name. */
  controlHosts: Record<string, ControlledHost>;
  retention: Retention;
}

/** A host on which operations may be performed. */
interface ControlledHost {
  /** Read-write libvirt URI as the OMS reaches it. */
  uri: string;
  /** As the libvirtd of another host reaches it; undefined where none can. */
  migrationUri: string | undefined;
}

/** It may hold a password, which a flag would show to everyone on the machine. */
const DATABASE_VARIABLE = 'DATABASE_URL';

export const USAGE = `${usageOf(PROGRAM)}
${DATABASE_VARIABLE} in the environment: a PostgreSQL database for the records, such as
postgresql://faultline@db.example.org/faultline?sslmode=verify-full; several OMSs may share it. A password may be in it, in PGPASSWORD
or in ~/.pgpass. Absent: a SQLite file in the data folder.
`;

/** @throws BadSettingError */
export function databaseUrl(env: NodeJS.ProcessEnv): string | undefined {
  const url = env[DATABASE_VARIABLE];
  if (url === undefined || url === '') return undefined;
  if (!isPostgresUrl(url)) throw new BadSettingError(DATABASE_VARIABLE, 'must be a URL that begins with postgresql://');
  return url;
}

/** What was given by name. @throws BadSettingError when a name was given twice */
function byName<T extends string>(
  flag: string,
  { allowed }: { allowed: string },
  given: [string, T][],
): Map<string, T> {
  const seen = new Map<string, T>();
  for (const [name, value] of given) {
    if (seen.has(name)) throw notAllowed(flag, `${name}=${value}`, allowed);
    seen.set(name, value);
  }
  return seen;
}

function retentionIn(given: Given): Retention {
  return {
    samples: given.keepSamplesMs,
    states: given.keepStatesMs,
    events: given.keepEventsMs,
    reports: given.keepReportsMs,
    operations: given.keepOperationsMs,
    alarms: given.keepAlarmsMs,
  };
}

function controlHosts(hosts: [string, string][], others: [string, string][]): Record<string, ControlledHost> {
  const uris = byName('--control.host', controlHost, hosts);
  const migrationUris = byName('--control.migration-uri', migrationUri, others);
  for (const name of migrationUris.keys()) {
    if (!uris.has(name))
      throw new BadSettingError('--control.migration-uri', `names ${name}, which no --control.host has`);
  }
  return Object.fromEntries(
    [...uris].map(([name, uri]) => [name, { uri, migrationUri: migrationUris.get(name) ?? seenFromOthers(uri) }]),
  );
}

/** Without what concerns only our own way to it, such as the folder of our certificates. */
function seenFromOthers(uri: string): string | undefined {
  const { host, protocol, pathname } = new URL(uri);
  return host === '' ? undefined : `${protocol}//${host}${pathname}`;
}

const isWildcard = (host: string): boolean => ['0.0.0.0', '::', '[::]', ''].includes(host);
function tlsOf(cert: string | undefined, key: string | undefined): OmsConfig['tls'] {
  if (cert !== undefined && key !== undefined) return { cert, key };
  if (cert === undefined && key === undefined) return null;
  const [given, absent] = key === undefined ? ['--web.tls-cert', '--web.tls-key'] : ['--web.tls-key', '--web.tls-cert'];
  throw new BadSettingError(given, `needs ${absent} too`);
}

function refuseOpenListening({ listen, insecure }: Pick<OmsConfig, 'listen' | 'insecure'>): void {
  if (insecure || isLoopback(listen.host)) return;
  throw new BadSettingError(
    '--web.listen-address',
    `${listen.host} is for other machines too: it needs --web.tls-cert and --web.tls-key, or else --web.insecure`,
  );
}

/**
 * Settings from flags and environment, checked.
 *
 * @throws BadSettingError with one line that names the key, the value and what is allowed
 */
export function readConfig(args: readonly string[], env: NodeJS.ProcessEnv): OmsConfig {
  const given = readSettings(PROGRAM, args, env);
  if (given.replayDir !== undefined && given.scrapeUrls.length > 0) {
    throw new BadSettingError(
      '--scrape.url',
      'cannot be used with --replay.dir: nothing is added to a recorded incident',
    );
  }
  const { tlsCert, tlsKey, migrationUris, ...others } = given;
  const tls = tlsOf(tlsCert, tlsKey);
  if (tls === null) refuseOpenListening(given);
  const shared = given.replayDir === undefined ? databaseUrl(env) : undefined;
  if (shared !== undefined && given.externalUrl === undefined && isWildcard(given.listen.host)) {
    throw new BadSettingError(
      '--web.external-url',
      `is needed with ${DATABASE_VARIABLE} when every address is listened on: other OMSs on the database hand requests to it`,
    );
  }
  const defaultStaleAfterMs = Math.max(3 * given.scrapeIntervalMs, LEAST_DEFAULT_STALE_AFTER_MS);
  return {
    ...others,
    tls,
    databaseUrl: databaseUrl(env),
    staleAfterMs: given.staleAfterMs ?? Math.min(defaultStaleAfterMs, MOST_STALE_AFTER_MS),
    severityLevels: {
      ...DEFAULT_LEVELS,
      ...Object.fromEntries(byName('--alarm.severity', severityLevel, given.severityLevels)),
    },
    controlHosts: controlHosts(given.controlHosts, migrationUris),
    retention: retentionIn(given),
  };
}

/** The SQLite file in a data folder. */
export const storeFile = (dataDir: string): string => join(dataDir, 'faultline.db');

/** The settings of this process. */
export function configOfProcess(): OmsConfig | 'help' {
  const args = process.argv.slice(2);
  return asksForHelp(args) ? 'help' : readConfig(args, process.env);
}
