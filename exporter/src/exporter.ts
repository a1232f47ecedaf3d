import { join } from 'node:path';
import { checkUri, connect, UriError } from '@faultline/libvirt';
import { BadSettingError, stdoutLog } from '@faultline/program';
import { pino, type Logger } from 'pino';
import { AlarmBook, alarmRules } from './alarms/index.ts';
import { domainJob } from './collectors/domain-job.ts';
import { collectors, statsGroupsOf, withLegacyNames } from './collectors/index.ts';
import type { ExporterConfig } from './config.ts';
import { Observer } from './cycle/observer.ts';
import { messageOf, type ConnectToHost } from './cycle/link.ts';
import { SpoolInUseError } from './errors.ts';
import { createHealth, type Health } from './health.ts';
import { makePage } from './page.ts';
import { Delivery } from './reports/delivery.ts';
import { lastSeenBefore, Reporter } from './reports/reporter.ts';
import { Spool, type SpoolOptions } from './reports/spool.ts';
import type { HostSnapshot } from './snapshot.ts';
import { sourcesOf } from './sources/index.ts';
import { SourceRunner } from './sources/runner.ts';
import type { SystemdTarget } from './systemd/config.ts';
import { systemdAt } from './systemd/index.ts';
import { VERSION } from './version.ts';
import { Exposition } from './web/exposition.ts';
import { startWeb, type Web } from './web/server.ts';

/** What tests pass in instead of the real thing. */
export interface ExporterParts {
  connect?: ConnectToHost;
  fetch?: typeof fetch;
  log?: Logger;
  now?: () => number;
  /** The systemd that watches this process. */
  systemd?: SystemdTarget | null;
}

export interface RunningExporter {
  /** Where it listens first, for example `http://127.0.0.1:9177`. */
  url: string;
  /** Everywhere it listens. */
  urls: readonly string[];
  /** The next cycle that ends, good or failed. */
  nextCycle(): Promise<HostSnapshot>;
  /** Ends cycle, server and delivery; what was received is on the spool when it resolves. */
  stop(): Promise<void>;
}

/** The way to the OMS: spool, alarms, delivery. Absent without an OMS. */
interface Reporting {
  reporter: Reporter;
  lastSeen: number | null;
  stop(): Promise<void>;
}

async function openSpool(options: SpoolOptions): Promise<Spool> {
  try {
    return await Spool.open(options);
  } catch (error) {
    if (error instanceof SpoolInUseError) throw error;
    throw new BadSettingError('--spool.dir', `${JSON.stringify(options.dir)} cannot be used: ${messageOf(error)}`);
  }
}

async function openReporting(
  config: ExporterConfig & { omsUrl: string },
  parts: ExporterParts & { log: Logger; health: Health },
  stateNow: Observer['stateNow'],
): Promise<Reporting> {
  const { log, health } = parts;
  const dir = config.spoolDir;
  const spool = await openSpool({
    dir,
    maxBytes: config.spoolMaxBytes,
    log,
    onSize: ({ reports, bytes }) => {
      health.spoolReports.set(reports);
      health.spoolBytes.set(bytes);
    },
    onDropped: (reports) => {
      health.spoolDropped.inc(reports);
    },
  });
  const alarms = await AlarmBook.open({
    path: join(dir, 'alarms.json'),
    rules: alarmRules({
      cpuSaturated: { percent: config.cpuSaturatedPercent, holdMs: config.cpuSaturatedHoldMs },
      guestRounds: config.guestAlarmRounds,
    }),
    append: async (entries) => {
      await Promise.all(entries.map((entry) => spool.append(entry)));
    },
    log,
    onOpen: (count) => {
      health.alarmsOpen.set(count);
    },
  });
  const reporter = new Reporter({ spool, alarms, dir, stateNow, log, health });
  const delivery = new Delivery({
    spool,
    omsUrl: config.omsUrl,
    tokenFile: config.omsTokenFile,
    health,
    log,
    ...(parts.fetch && { fetch: parts.fetch }),
  });
  const lastSeen = await lastSeenBefore(dir, log);
  delivery.start();
  return {
    reporter,
    lastSeen,
    async stop() {
      await reporter.drained();
      await delivery.stop();
      await spool.close();
    },
  };
}

function refuseUnusableUri(uri: string): void {
  try {
    checkUri(uri);
  } catch (error) {
    if (!(error instanceof UriError)) throw error;
    throw new BadSettingError('--libvirt.uri', error.message);
  }
}

/**
 * Starts the exporter: it listens at once, and collects in the background whether libvirtd answers or not.
 *
 * @throws BadSettingError when the URI, the address or the spool folder cannot be used, SpoolInUseError
 */
export async function startExporter(config: ExporterConfig, parts: ExporterParts = {}): Promise<RunningExporter> {
  refuseUnusableUri(config.libvirtUri);
  const log = parts.log ?? pino({ level: config.logLevel }, stdoutLog(config.logFormat));
  const now = parts.now ?? Date.now;
  const switchedOn = collectors.filter(({ name }) => config.collectors.has(name));
  const running = config.legacyNames ? withLegacyNames(switchedOn) : switchedOn;
  const health = createHealth(VERSION);
  const systemd = parts.systemd ? systemdAt(parts.systemd, { cycleIntervalMs: config.cycleIntervalMs, log }) : null;
  const exposition = new Exposition({
    health: health.registry,
    onFailure: (error) => {
      log.error({ error: messageOf(error) }, 'the page cannot be written');
    },
  });
  const needed = new Set(running.map(({ source }) => source));
  const sources = new SourceRunner(
    sourcesOf(config, { now, log }).filter(({ name }) => needed.has(name)),
    { now, log },
  );
  const { omsUrl } = config;
  const reporting =
    omsUrl === undefined
      ? null
      : await openReporting({ ...config, omsUrl }, { ...parts, log, health }, (ref) => observer.stateNow(ref));

  const show = (snapshot: HostSnapshot): void => {
    exposition.show(
      makePage({
        snapshot,
        collectors: running,
        previous: exposition.page,
        now: () => performance.now(),
        onFailure: (collector, error) => {
          log.error({ collector, error: messageOf(error) }, 'a collector failed');
        },
      }),
    );
  };
  const observer: Observer = new Observer({
    connect: parts.connect ?? connect,
    uri: config.libvirtUri,
    ...(config.hostName !== undefined && { hostName: config.hostName }),
    ...(reporting && reporting.lastSeen !== null && { lastSeen: reporting.lastSeen }),
    intervalMs: config.cycleIntervalMs,
    callTimeoutMs: config.callTimeoutMs,
    statsTimeoutMs: config.statsTimeoutMs,
    statsMaxStuckCalls: config.statsMaxStuckCalls,
    statsGroups: statsGroupsOf(running),
    asksForJobs: running.some(({ name }) => name === domainJob.name),
    readSources: (signal) => sources.read(signal),
    now,
    log,
    health,
    onSnapshot: (snapshot) => {
      show(snapshot);
      systemd?.notifier.cycle(snapshot);
      if (snapshot.up && snapshot.host !== null) reporting?.reporter.cycle(snapshot.host.name, snapshot);
    },
    onRevision: show,
    onEvent: (host, event, at) => reporting?.reporter.event(host, event, at),
    onGap: (host, gap) => reporting?.reporter.gap(host, gap),
  });

  let web: Web;
  try {
    web = await startWeb({
      addresses: config.listen,
      telemetryPath: config.telemetryPath,
      configFile: config.webConfigFile,
      exposition,
      health,
      collectors: { running: running.map(({ name }) => name), known: collectors.map(({ name }) => name) },
      log,
    });
  } catch (error) {
    await reporting?.stop();
    throw error;
  }
  systemd?.notifier.ready();
  sources.start();
  observer.start();
  const { urls } = web;
  log.info({ urls, libvirt: config.libvirtUri, oms: omsUrl ?? null, version: VERSION }, 'faultline-exporter listens');
  const stop = async (): Promise<void> => {
    systemd?.notifier.stopping();
    await web.close();
    await observer.stop();
    await sources.stop();
    await reporting?.stop();
    await systemd?.sent();
  };
  return { url: urls[0] ?? '', urls, nextCycle: () => observer.nextCycle(), stop };
}
