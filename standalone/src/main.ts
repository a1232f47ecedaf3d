#!/usr/bin/env node
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BadSettingError } from '@faultline/program';
import { configOfProcess, USAGE, type StandaloneConfig } from './config.ts';
import { addressLine, dataLine, libvirtLines, recordingLine, type History } from './lines.ts';
import { freePort, PartFailedError, startPart, untilReady, type Part } from './part.ts';
import { probeLibvirt, type LibvirtFound } from './probe.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const OMS = join(ROOT, 'oms/dist/main.js');
const READY_TIMEOUT_MS = 30_000;
const EXPORTER_PORT = 9177;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function startExporter(
  config: StandaloneConfig,
  found: LibvirtFound,
  port: number,
  omsUrl: string,
): Promise<Part> {
  const agent = found.controlRefused === null ? ['--libvirt.agent-uri', config.libvirtUri] : [];
  return startPart(
    'exporter',
    join(ROOT, 'exporter/dist/main.js'),
    [
      ...['--libvirt.uri', config.libvirtUri, ...agent],
      ...['--web.listen-address', `127.0.0.1:${port}`],
      ...['--cycle.interval', '5s', '--oms.url', omsUrl, '--spool.dir', join(config.dataDir, 'spool')],
      ...['--oms.token-file', await reportToken(config.dataDir)],
    ],
    join(config.dataDir, 'exporter.log'),
  );
}

function startOms(config: StandaloneConfig, args: string[]): Part {
  const { host, port } = config.listen;
  const listen = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  return startPart(
    'OMS',
    OMS,
    // Who sits at this machine may act; others, if they are to see anything, may look.
    [
      ...['--web.listen-address', listen, '--data.dir', config.dataDir],
      ...(config.insecure ? ['--web.insecure'] : ['--web.anonymous-access', 'operate']),
      ...args,
    ],
    join(config.dataDir, 'oms.log'),
  );
}

/** A new token for the exporter, which takes the place of that of the last start. @returns the file that holds it */
async function reportToken(dataDir: string): Promise<string> {
  const file = join(dataDir, 'exporter.token');
  const create = ['token', 'create', '--role', 'report', '--name', 'npm-start', '--replace', '--data.dir', dataDir];
  const { stdout } = await promisify(execFile)(process.execPath, [OMS, ...create]);
  writeFileSync(file, stdout, { mode: 0o600 });
  return file;
}

/** The URL at which this machine reaches what listens at `listen`. */
function urlOf({ host, port }: StandaloneConfig['listen']): string {
  const reachable = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

async function historyOf(url: string): Promise<History> {
  const response = await fetch(`${url}/api/v1/vms`, { signal: AbortSignal.timeout(5000) });
  const { vms } = (await response.json()) as { vms: { firstSeen: number }[] };
  return { vms: vms.length, since: vms.length === 0 ? null : Math.min(...vms.map(({ firstSeen }) => firstSeen)) };
}

function recordingTitle(dir: string): string {
  return (JSON.parse(readFileSync(join(dir, 'scenario.json'), 'utf8')) as { title: string }).title;
}

/** Starts what this machine needs, in the order in which each needs the other; `parts` grows as they start. */
async function start(config: StandaloneConfig, parts: Part[]): Promise<void> {
  mkdirSync(config.dataDir, { recursive: true });
  const url = urlOf(config.listen);
  const found = await probeLibvirt(config.libvirtUri);
  libvirtLines(config.libvirtUri, found).forEach(say);
  const begin = async (part: Part, at: string): Promise<void> => {
    parts.push(part);
    await untilReady(part, at, READY_TIMEOUT_MS);
  };
  if ('cause' in found) {
    await begin(startOms(config, ['--replay.dir', config.recordingDir]), `${url}/-/ready`);
    say(recordingLine(recordingTitle(config.recordingDir)));
  } else {
    const port = await freePort(EXPORTER_PORT);
    const control = found.controlRefused === null ? ['--control.host', `${found.host}=${config.libvirtUri}`] : [];
    const scraped = `http://127.0.0.1:${port}/metrics`;
    await begin(startOms(config, ['--scrape.url', scraped, '--scrape.interval', '5s', ...control]), `${url}/-/healthy`);
    await begin(await startExporter(config, found, port, url), `http://127.0.0.1:${port}/-/ready`);
  }
  say(dataLine(config.dataDir, await historyOf(url)));
  say(addressLine(url));
}

async function main(): Promise<number> {
  const config = configOfProcess(ROOT);
  if (config === 'help') {
    say(USAGE);
    return 0;
  }
  say('Faultline');
  const parts: Part[] = [];
  const asked = new Promise<'asked'>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        resolve('asked');
      });
    }
  });
  try {
    const failure = start(config, parts).then(() => Promise.race(parts.map(({ ended }) => ended)));
    const outcome = await Promise.race([asked, failure]);
    if (outcome === 'asked') return 0;
    process.stderr.write(`${outcome}; its log is in ${config.dataDir}\n`);
    return 1;
  } finally {
    await Promise.all(parts.map((part) => part.stop()));
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof BadSettingError || error instanceof PartFailedError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error instanceof BadSettingError ? 2 : 1;
}
