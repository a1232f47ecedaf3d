import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  asksForHelp,
  BadSettingError,
  kinds,
  readSettings,
  usageOf,
  type Program,
  type ValuesOf,
} from '@faultline/program';
import type { SeverityLevels } from './alertmanager/severity.ts';
import type { Retention } from './database/index.ts';
import { alarmSettings, severityLevelsIn } from './settings/alarms.ts';
import { alertmanagersIn, alertmanagerSettings, type AlertmanagerConfig } from './settings/alertmanager.ts';
import { controlHostsIn, controlSettings, type ControlledHost } from './settings/control.ts';
import { prometheusServerIn, prometheusSettings, type PrometheusServer } from './settings/prometheus.ts';
import { retentionIn, retentionSettings } from './settings/retention.ts';
import { DATABASE_USAGE, DATABASE_VARIABLE, databaseUrl, storeSettings } from './settings/store.ts';
import { isWildcard, refuseOpenListening, tlsOf, webSettings, type Tls } from './settings/web.ts';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

/** Three of the exporter's default cycles: with less, an exporter that does as it was told would look silent. */
const LEAST_DEFAULT_STALE_AFTER_MS = 45_000;
/** Charts for hundreds of people at once. */
const MOST_DEFAULT_THREADS = 4;
const MOST_STALE_AFTER_MS = 3_600_000;

const interval = kinds.duration({ from: '100ms', to: '1h', example: '5s or 2m' });

/** Every setting of an OMS, by families in the order of `--help`. */
export const PROGRAM = {
  about: 'faultline-oms: the records of VMs, their timelines, and operations on them',
  envPrefix: 'FAULTLINE_OMS_',
  settings: {
    ...webSettings,
    ...storeSettings,
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
    ...prometheusSettings,
    staleAfterMs: {
      flag: 'state.stale-after',
      kind: interval,
      description:
        'Silence after which nothing is claimed of a VM. Absent: three intervals of --scrape and --prometheus, at least 45s.',
    },
    transientLimitMs: {
      flag: 'state.transient-limit',
      kind: interval,
      description: 'How long a VM may be on its way (paused to migrate, shutting down) before that is abnormal.',
      default: '5m',
    },
    queryThreads: {
      flag: 'query.threads',
      kind: kinds.integer({ from: 0, to: 64, of: 'threads' }),
      description:
        'Threads that answer queries. 0: the one that does all else. Absent: as many as processors, at most 4.',
    },
    ...retentionSettings,
    ...alarmSettings,
    ...alertmanagerSettings,
    ...controlSettings,
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
  | 'staleAfterMs'
  | 'queryThreads'
  | 'severityLevels'
  | 'controlHosts'
  | 'migrationUris'
  | 'tlsCert'
  | 'tlsKey'
  | `keep${string}Ms`
  | `prometheus${string}`
  | keyof typeof alertmanagerSettings
> {
  prometheus: PrometheusServer;
  tls: Tls;
  /** A PostgreSQL database; undefined: a SQLite file in the data folder. */
  databaseUrl: string | undefined;
  staleAfterMs: number;
  queryThreads: number;
  severityLevels: SeverityLevels;
  alertmanager: AlertmanagerConfig;
  /** By host name. */
  controlHosts: Record<string, ControlledHost>;
  retention: Retention;
}

export const USAGE = `${usageOf(PROGRAM)}
${DATABASE_USAGE}`;

/**
 * Settings from flags and environment, checked.
 *
 * @throws BadSettingError with one line that names the key, the value and what is allowed
 */
export function readConfig(args: readonly string[], env: NodeJS.ProcessEnv): OmsConfig {
  const given = readSettings(PROGRAM, args, env);
  for (const [flag, urls] of Object.entries({
    '--scrape.url': given.scrapeUrls,
    '--alertmanager.url': given.alertmanagerUrls,
  })) {
    if (given.replayDir === undefined || urls.length === 0) continue;
    throw new BadSettingError(flag, 'cannot be used with --replay.dir: nothing is added to a recorded incident');
  }
  const prometheus = prometheusServerIn(given);
  if (given.replayDir !== undefined && prometheus !== null) {
    throw new BadSettingError(
      '--prometheus.url',
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
  const defaultStaleAfterMs = Math.max(
    3 * given.scrapeIntervalMs,
    prometheus === null ? 0 : 3 * prometheus.intervalMs + prometheus.delayMs,
    LEAST_DEFAULT_STALE_AFTER_MS,
  );
  return {
    ...others,
    prometheus,
    tls,
    databaseUrl: databaseUrl(env),
    staleAfterMs: given.staleAfterMs ?? Math.min(defaultStaleAfterMs, MOST_STALE_AFTER_MS),
    queryThreads: given.queryThreads ?? Math.min(MOST_DEFAULT_THREADS, availableParallelism()),
    severityLevels: severityLevelsIn(given.severityLevels),
    alertmanager: alertmanagersIn(given),
    controlHosts: controlHostsIn(given.controlHosts, migrationUris),
    retention: retentionIn(given),
  };
}

/** The settings of this process. */
export function configOfProcess(): OmsConfig | 'help' {
  const args = process.argv.slice(2);
  return asksForHelp(args) ? 'help' : readConfig(args, process.env);
}
