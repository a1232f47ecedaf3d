// Runs under the Node.js that is to be tried, in a folder where Faultline's packages are installed: exporter and OMS against a daemon that
// speaks libvirt's protocol, one report, one chart, and the terminal. Says what worked, and ends with 1 where something did not.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

const installed = (path) => join(process.cwd(), 'node_modules', path);
const mainOf = (name) => installed(`${name}/dist/main.js`);
const { FakeLibvirtd } = await import(pathToFileURL(installed('@faultline/libvirt/dist/testing/index.js')).href);

const UUID = '11111111-1111-4111-8111-111111111111';
const DEADLINE_MS = 60_000;
const folder = mkdtempSync(join(tmpdir(), 'faultline-node-'));
const programs = [];

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

function start(name, args) {
  const child = spawn(process.execPath, [mainOf(name), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
  programs.push({ child, said: () => said });
  return child;
}

/** Asks until there is an answer that will do. */
async function until(what, ask) {
  const deadline = Date.now() + DEADLINE_MS;
  for (let last; ; await wait(200)) {
    try {
      const answer = await ask();
      if (answer) return answer;
    } catch (error) {
      last = error;
    }
    const ended = programs.find(({ child }) => child.exitCode !== null);
    if (ended !== undefined) throw new Error(`a program ended: ${ended.said().slice(-2000)}`);
    if (Date.now() > deadline) throw new Error(`${what}: not within ${DEADLINE_MS / 1000} s`, { cause: last });
  }
}

const json = async (url, body) => {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}: ${await answer.text()}`);
  return answer.json();
};

/** What the exporter says its version is, by the package that is installed. */
function checkVersion() {
  const { version } = JSON.parse(readFileSync(installed('@faultline/exporter/package.json'), 'utf8'));
  const { status, stdout, stderr } = spawnSync(process.execPath, [mainOf('@faultline/exporter'), '--version'], {
    encoding: 'utf8',
  });
  if (status !== 0 || !stdout.includes(version)) throw new Error(`exporter --version: ${stdout}${stderr}`);
  console.log(`exporter: --version says ${version}`);
}

async function check() {
  const daemon = await FakeLibvirtd.start({
    hostname: 'hv1',
    domains: [{ name: 'web', uuid: UUID, state: 'running' }],
  });
  const [exporterPort, omsPort] = [await freePort(), await freePort()];
  const metrics = `http://127.0.0.1:${exporterPort}/metrics`;
  const oms = `http://127.0.0.1:${omsPort}`;
  try {
    start('@faultline/exporter', [
      ...['--libvirt.uri', daemon.uri, '--cycle.interval', '500ms'],
      ...['--web.listen-address', `127.0.0.1:${exporterPort}`],
    ]);
    await until('the metrics of a VM', async () => (await (await fetch(metrics)).text()).includes(UUID));
    console.log('exporter: a cycle of a libvirt daemon, scraped');
    start('@faultline/oms', [
      ...['--data.dir', join(folder, 'oms'), '--web.anonymous-access', 'operate'],
      ...['--web.listen-address', `127.0.0.1:${omsPort}`, '--scrape.url', metrics, '--scrape.interval', '1s'],
    ]);
    await until('the VM in the OMS', async () => (await json(`${oms}/api/v1/vms`)).vms.length === 1);
    const at = Date.now();
    const observed = { state: 'paused', reason: 'user' };
    const event = { type: 'domain-event', id: 'e1', at, vm: { uuid: UUID, name: 'web' }, event: 'lifecycle' };
    const reports = [{ ...event, detail: 'suspended (paused)', observed }];
    const receipt = await json(`${oms}/api/v1/reports`, { host: 'hv1', reports });
    if (receipt.stored !== 1) throw new Error(`the report was not stored: ${JSON.stringify(receipt)}`);
    const query = { type: 'timeline', vm: UUID, from: at - 600_000, to: at + 600_000 };
    const { frames } = await json(`${oms}/api/v1/query`, query);
    const state = frames.find(({ schema }) => schema.name === 'state');
    const states = state.data.values[state.schema.fields.findIndex(({ name }) => name === 'state')];
    if (!states.includes('dormant')) throw new Error(`the chart has no pause: ${JSON.stringify(states)}`);
    console.log('OMS on SQLite: a cycle, a report, a chart');
    const listed = spawnSync(process.execPath, [mainOf('@faultline/cli'), '--server', oms, 'vms'], {
      encoding: 'utf8',
    });
    if (listed.status !== 0 || !listed.stdout.includes('web')) throw new Error(`faultline vms: ${listed.stderr}`);
    console.log('terminal: the list of VMs');
  } finally {
    for (const { child } of programs) {
      if (child.exitCode !== null) continue;
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    await daemon.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

checkVersion();
await check();
