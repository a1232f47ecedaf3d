import { randomUUID } from 'node:crypto';
import type { OmsStatus } from '@faultline/contracts';
import type { AddressInfo } from 'node:net';
import { BadSettingError, isLoopback } from '@faultline/program';
import type { Logger } from 'pino';
import { alertmanagersOf } from './alertmanager/index.ts';
import type { OmsConfig } from './config.ts';
import type { OmsContext } from './context.ts';
import {
  ingestCycle,
  lastCycleOf,
  prometheusSource,
  scrapeSource,
  type Cycle,
  type CycleSource,
} from './cycles/index.ts';
import { connectDatabase, lockDataFolder, openDatabase, type OmsDatabase } from './database/index.ts';
import { SharedLease, soleLease, type Lease } from './lease/index.ts';
import { openRecording } from './replay/index.ts';
import { createNewsBus, NewsRelay, type NewsBus } from './news/index.ts';
import { createKeeper } from './retention/index.ts';
import { createServer } from './server.ts';
import { storeFile } from './settings/store.ts';
import { createTelemetry } from './telemetry.ts';
import { answeringHere, answeringInThreads, type Answering } from './timeline/index.ts';
import { listTokens } from './tokens/index.ts';

/** A running OMS. */
export interface Oms {
  /** Where it listens, as a URL. */
  url: string;
  /** Ends what is under way, closes the store and frees the data folder. */
  close: () => Promise<void>;
}

/**
 * Starts an OMS: takes the data folder, opens the store, begins to collect, and listens.
 *
 * @throws DataFolderHeldError when another OMS has the data folder
 * @throws BadSettingError, StoreUnusableError, TlsUnusableError, RecordingInvalidError, or the system's error when it cannot listen
 */
export async function startOms(config: OmsConfig, log: Logger): Promise<Oms> {
  // What was opened is closed in the reverse order, also when the start fails half way.
  const closers: (() => unknown)[] = [];
  const close = async (): Promise<void> => {
    for (let next = closers.pop(); next !== undefined; next = closers.pop()) await next();
  };
  try {
    const lock = holdDataFolder(config);
    closers.push(() => lock?.release());
    const telemetry = createTelemetry();
    const { db, location, recording, now } = await openRecords(config, log);
    closers.push(() => db.destroy());
    await refuseTokenless(config, db);
    const keeper = createKeeper(db, { retention: config.retention, now, log, telemetry });
    closers.push(() => keeper.stop());
    // A recording stands still: nothing in it grows old.
    if (recording === null) await keeper.start();
    const lease = leaseFor(config, log);
    closers.push(() => lease.close());
    const bus = createNewsBus({ epoch: randomUUID() });
    const relay = relayFor(config, bus, log);
    closers.push(() => relay?.close());
    const news = relay?.news ?? bus;
    const source = cycleSource(config, { db, log, telemetry, news, now });
    const answering = answeringFor(config, { db, location, now });
    closers.push(() => answering.close());
    const context: OmsContext = {
      config,
      db,
      answering,
      lease,
      log,
      telemetry,
      news,
      now,
      recording,
      hosts: () => source.hosts(),
      alertmanagers: alertmanagersOf(config.alertmanager, { now, log, telemetry }),
    };
    const app = await createServer(context);
    closers.push(() => app.close());
    await app.listen(config.listen);
    const url = urlOf(app.server.address() as AddressInfo, config);
    lock?.announce(url);
    relay?.start();
    lease.start(config.externalUrl ?? url);
    source.start();
    closers.push(() => source.stop());
    return { url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** @throws BadSettingError where other machines reach the OMS and nobody has a token yet */
async function refuseTokenless({ listen, insecure }: OmsConfig, db: OmsDatabase): Promise<void> {
  if (insecure || isLoopback(listen.host) || (await listTokens(db)).length > 0) return;
  throw new BadSettingError(
    '--web.listen-address',
    `${listen.host} is for other machines too, and there is no token: faultline-oms token create makes one; or else --web.insecure`,
  );
}

/** Several OMSs may share a PostgreSQL database; a folder with a SQLite file is for one alone. */
function holdDataFolder(config: OmsConfig): ReturnType<typeof lockDataFolder> | undefined {
  if (config.databaseUrl !== undefined && config.replayDir === undefined) return undefined;
  return lockDataFolder(config.dataDir, { address: urlOf(config.listen, config), since: new Date() });
}

/** Whoever has a store for itself performs operations; of several on one database, one at a time. */
function leaseFor({ databaseUrl, replayDir, leaseMs }: OmsConfig, log: Logger): Lease {
  if (databaseUrl === undefined || replayDir !== undefined) return soleLease();
  const limits = { connections: 3, connectWithinMs: leaseMs, statementWithinMs: leaseMs, answerWithinMs: leaseMs };
  return new SharedLease({ db: connectDatabase(databaseUrl, { limits }), name: 'operations', lastsMs: leaseMs, log });
}

function relayFor({ databaseUrl, replayDir }: OmsConfig, bus: NewsBus, log: Logger): NewsRelay | undefined {
  if (databaseUrl === undefined || replayDir !== undefined) return undefined;
  return new NewsRelay({ bus, id: randomUUID(), url: databaseUrl, log });
}

/** The store with this machine's records, or with a recorded incident, whose clock stands at its end. */
async function openRecords(
  config: OmsConfig,
  log: Logger,
): Promise<{ db: OmsDatabase; location: string; recording: OmsStatus['recording']; now: () => number }> {
  if (config.replayDir === undefined) {
    const onLost = (error: Error): void => {
      log.warn({ err: error }, 'a connection to the database was lost');
    };
    const location = config.databaseUrl ?? storeFile(config.dataDir);
    const db = await openDatabase(location, { onLost });
    return { db, location, recording: null, now: () => Date.now() };
  }
  const { db, location, scenario } = await openRecording(config.replayDir, config);
  const { name, title, from, to } = scenario;
  return { db, location, recording: { name, title, from, to }, now: () => to };
}

/** Who answers queries: threads, or this one where the operator wants none. */
function answeringFor(
  config: OmsConfig,
  { db, location, now }: { db: OmsDatabase; location: string; now: () => number },
): Answering {
  const { queryThreads: threads, staleAfterMs, transientLimitMs } = config;
  if (threads === 0) return answeringHere({ db, now, config });
  return answeringInThreads({ location, config: { staleAfterMs, transientLimitMs } }, { threads, now });
}

/** Exporters that are scraped here and those that a server scrapes, side by side: a cycle that comes both ways is stored once. */
function cycleSource(
  config: OmsConfig,
  { db, log, telemetry, news, now }: Pick<OmsContext, 'db' | 'log' | 'telemetry' | 'news' | 'now'>,
): CycleSource {
  const ingest = async (cycle: Cycle): Promise<boolean> => {
    const { isNew, changed } = await ingestCycle(db, cycle, config);
    const { host, number, at } = cycle;
    for (const vm of changed) news.tell({ topic: 'state', vm, id: `${host}:${number}`, at });
    return isNew;
  };
  const common = { ingest, now, log, telemetry };
  const scraped = scrapeSource({ urls: config.scrapeUrls, intervalMs: config.scrapeIntervalMs, ...common });
  if (config.prometheus === null) return scraped;
  const lastCycleAt = async (host: string): Promise<number | undefined> => (await lastCycleOf(db, host))?.at;
  const asked = prometheusSource({ ...config.prometheus, lastCycleAt, ...common });
  return {
    start: () => {
      scraped.start();
      asked.start();
    },
    stop: async () => {
      await Promise.all([scraped.stop(), asked.stop()]);
    },
    hosts: () => [...scraped.hosts(), ...asked.hosts()],
  };
}

function urlOf(
  { host, address, port }: { host?: string; address?: string; port: number },
  { tls }: Pick<OmsConfig, 'tls'>,
): string {
  const name = address ?? host ?? '';
  return `${tls === null ? 'http' : 'https'}://${name.includes(':') ? `[${name}]` : name}:${port}`;
}
