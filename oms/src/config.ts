import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  asksForHelp,
  BadSettingError,
  kinds,
  notAllowed,
  readSettings,
  usageOf,
  type Kind,
  type Program,
  type ValuesOf,
} from '@faultline/program';
import { isPostgresUrl, type Retention } from './database/index.ts';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

/** Three of the exporter's default cycles: with less, an exporter that does as it was told would look silent. */
const LEAST_DEFAULT_STALE_AFTER_MS = 45_000;
const MOST_STALE_AFTER_MS = 3_600_000;

const interval = kinds.duration({ from: '100ms', to: '1h', example: '5s or 2m' });

/** Name and URI. */
const controlHost: Kind<[string, string]> = {
  allowed: 'NAME=URI, each name once, such as hv1=qemu:///system',
  read: (text) => {
    const [, name, written] = /^([^=]{1,255})=(.*)$/.exec(text) ?? [];
    const uri = kinds.libvirtUri.read(written ?? '');
    return name === undefined || uri === undefined ? undefined : [name, uri];
  },
};

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
    dataDir: {
      flag: 'data.dir',
      kind: kinds.folder(),
      description: 'Folder of the store; one OMS at a time holds it.',
      default: 'data',
    },
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
      description: 'How long alarms are kept once they are cleared.',
      default: '400d',
    },
    controlHosts: {
      flag: 'control.host',
      kind: controlHost,
      description: 'Hosts on which operations may be performed, with their read-write libvirt URIs.',
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

export interface OmsConfig extends Omit<Given, 'staleAfterMs' | 'controlHosts' | `keep${string}Ms`> {
  /** A PostgreSQL database; undefined: a SQLite file in the data folder. */
  databaseUrl: string | undefined;
  staleAfterMs: number;
  /** libvirt URI by host name. */
  controlHosts: Record<string, string>;
  retention: Retention;
}

/** It may hold a password, which a flag would show to everyone on the machine. */
const DATABASE_VARIABLE = 'DATABASE_URL';

export const USAGE = `${usageOf(PROGRAM)}
${DATABASE_VARIABLE} in the environment: a PostgreSQL database for the records, such as
postgresql://faultline@db.example.org/faultline?sslmode=verify-full; several OMSs may share it. A password may be in it, in PGPASSWORD
or in ~/.pgpass. Absent: a SQLite file in the data folder.
`;

function databaseUrl(env: NodeJS.ProcessEnv): string | undefined {
  const url = env[DATABASE_VARIABLE];
  if (url === undefined || url === '') return undefined;
  if (!isPostgresUrl(url)) throw new BadSettingError(DATABASE_VARIABLE, 'must be a URL that begins with postgresql://');
  return url;
}

function byName(hosts: [string, string][]): Record<string, string> {
  const seen = new Map<string, string>();
  for (const [name, uri] of hosts) {
    if (seen.has(name)) throw notAllowed('--control.host', `${name}=${uri}`, controlHost.allowed);
    seen.set(name, uri);
  }
  return Object.fromEntries(seen);
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
  const defaultStaleAfterMs = Math.max(3 * given.scrapeIntervalMs, LEAST_DEFAULT_STALE_AFTER_MS);
  return {
    ...given,
    databaseUrl: databaseUrl(env),
    staleAfterMs: given.staleAfterMs ?? Math.min(defaultStaleAfterMs, MOST_STALE_AFTER_MS),
    controlHosts: byName(given.controlHosts),
    retention: retentionIn(given),
  };
}

/** The settings of this process. */
export function configOfProcess(): OmsConfig | 'help' {
  const args = process.argv.slice(2);
  return asksForHelp(args) ? 'help' : readConfig(args, process.env);
}
