import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** A server with the Prometheus query API, as Debian has it, that scrapes what its configuration says. */
export interface QueryServer {
  url: string;
  stop: () => Promise<void>;
}

const KINDS = {
  prometheus: (address: string) => [
    '--config.file=scrape.yml',
    '--storage.tsdb.path=data',
    `--web.listen-address=${address}`,
    '--log.level=warn',
  ],
  'victoria-metrics': (address: string) => [
    '-promscrape.config=scrape.yml',
    '-storageDataPath=data',
    `-httpListenAddr=${address}`,
    '-retentionPeriod=10y',
    '-loggerLevel=WARN',
  ],
};
export type QueryServerKind = keyof typeof KINDS;

/** Resolves when it answers questions. */
export async function startQueryServer(
  kind: QueryServerKind,
  { configuration, port }: { configuration: string; port: number },
): Promise<QueryServer> {
  const folder = mkdtempSync(join(tmpdir(), `faultline-${kind}-`));
  writeFileSync(join(folder, 'scrape.yml'), configuration);
  const address = `127.0.0.1:${port}`;
  const child = spawn(kind, KINDS[kind](address), { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const failed = new Promise<never>((_resolve, reject) => child.once('error', reject));
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-10_000)));
  const url = `http://${address}`;
  const stop = async (): Promise<void> => {
    await ended(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await Promise.race([failed, answers(child, url)]);
  } catch (error) {
    await stop();
    throw new Error(`${kind} did not come up: ${output}`, { cause: error });
  }
  return { url, stop };
}

async function answers(child: ChildProcess, url: string): Promise<void> {
  const giveUpAt = performance.now() + 20_000;
  while (performance.now() < giveUpAt && child.exitCode === null) {
    const answer = await fetch(`${url}/api/v1/query?query=1`).catch(() => undefined); // it does not listen yet
    if (answer?.status === 200) return;
    await pause(50);
  }
  throw new Error('it ended, or did not answer within 20 s');
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}
