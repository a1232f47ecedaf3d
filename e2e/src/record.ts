import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Operation } from '@faultline/contracts';
import type { Lab } from '@faultline/lab';
import { OmsApi } from './api.ts';
import { Closers } from './closers.ts';
import { startExporter, startOms, until } from './programs.ts';
import { startRelay, type Recording } from './relay.ts';
import { openFolder, openLab } from './stack.ts';

/** The VM of the recorded incident. */
const GUEST = 'shop-web-1';
const CYCLE_INTERVAL = '5s';

const say = (text: string): void => void process.stdout.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`);
const seconds = (count: number): Promise<void> => delay(count * 1000);

interface Incident {
  from: number;
  to: number;
  operations: Operation[];
}

/**
 * The incident: a web server's VM is maintained by its operator, works too hard, is started once too often, panics, and is
 * started again. The pauses are part of the story: they are what the chart shows between its events.
 */
async function incident(lab: Lab, api: OmsApi): Promise<Incident> {
  const guest = lab.guest(GUEST);
  const operations: Operation[] = [];
  const perform = async (kind: 'stop' | 'start' | 'reboot', initiator: string): Promise<void> => {
    say(`${initiator} asks to ${kind} ${GUEST}`);
    const id = `incident-${operations.length + 1}-${kind}`;
    const operation = await api.perform({ id, vm: guest.uuid, kind, initiator });
    say(`  ${operation.result}${operation.cause === undefined ? '' : `: ${operation.cause}`}`);
    operations.push(operation);
  };
  await until('the OMS knows the VM', async () => (await api.vms()).some(({ uuid }) => uuid === guest.uuid), 30_000);
  const from = Date.now();
  say('the VM idles');
  await seconds(25);
  await perform('stop', 'alice');
  await seconds(15);
  await perform('start', 'alice');
  await guest.waitForAgent();
  await seconds(20);
  say('a program in the VM uses all of its CPU');
  await guest.load();
  await seconds(50);
  await perform('start', 'deploy-bot');
  await seconds(15);
  say('the VM panics');
  await guest.panic();
  await guest.waitForState('shut off');
  await seconds(25);
  await perform('start', 'alice');
  await guest.waitForAgent();
  await seconds(30);
  return { from, to: Date.now(), operations };
}

const lines = (values: unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');

async function write(
  folder: string,
  lab: Lab,
  { from, to, operations }: Incident,
  recording: Recording,
): Promise<void> {
  const guest = lab.guest(GUEST);
  await mkdir(folder, { recursive: true });
  const scenario = {
    name: 'guest-panic',
    title: 'A web server works too hard, panics, and is started again',
    recorded: new Date(from).toISOString(),
    from,
    to,
    host: guest.host.name,
    vm: { uuid: guest.uuid, name: guest.name },
  };
  await writeFile(join(folder, 'scenario.json'), `${JSON.stringify(scenario, null, 2)}\n`);
  await writeFile(join(folder, 'scrapes.jsonl'), lines(recording.scrapes));
  await writeFile(join(folder, 'reports.jsonl'), lines(recording.reports));
  await writeFile(join(folder, 'operations.jsonl'), lines(operations));
}

/** Records the incident in a lab of its own: what the exporter gave, and the operations as the OMS recorded them. */
async function record(folder: string, closers: Closers): Promise<void> {
  const work = await openFolder(closers);
  const relay = await startRelay();
  closers.add(() => relay.close());
  const lab = await openLab(closers, [{ name: GUEST }], { onProgress: say });
  const host = lab.guest(GUEST).host;
  const oms = await startOms(join(work, 'oms'), [
    ...['--scrape.url', `${relay.url}/metrics`, '--scrape.interval', CYCLE_INTERVAL],
    ...['--control.host', `${host.name}=${host.uri}`],
  ]);
  closers.add(() => oms.end());
  relay.omsUrl = oms.url;
  const exporter = await startExporter({
    libvirtUri: host.uri,
    omsUrl: relay.url,
    spoolDir: join(work, 'spool'),
    cycleInterval: CYCLE_INTERVAL,
  });
  closers.add(() => exporter.end());
  relay.exporterUrl = exporter.metricsUrl;
  await write(folder, lab, await incident(lab, new OmsApi(oms.url)), relay.recording);
  say(`recorded in ${folder}`);
}

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('Usage: record FOLDER\n');
  process.exitCode = 2;
} else {
  const closers = new Closers();
  try {
    await record(folder, closers);
  } finally {
    await closers.close();
  }
}
