// `npm run try:node-versions`: runs the programs with other major versions of Node.js, and prints a table for docs/compatibility.md.
// As root: the exporter observes a real libvirtd of the lab, with one guest. `-- 22` tries only the named versions.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort, Lab } from '../lab/dist/index.js';

const MAJORS = ['20', '22', '24'];
/** Ours, without the pages: what the exporter and the OMS run on. */
const WORKSPACES = ['contracts', 'libvirt', 'domain-xml', 'program', 'exporter', 'oms'];
const GUEST = 'vm1';
const WITHIN_MS = 60_000;

const root = new URL('..', import.meta.url).pathname;
process.chdir(root);
const asked = process.argv.slice(2);
const majors = asked.length > 0 ? asked : MAJORS;

/** Without what `npm run` puts into it. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_OPTIONS$)/i.test(name)));

/** What it prints. Throws with what it said where it fails. */
function call(command, args, options = {}) {
  const { status, stdout, stderr } = spawnSync(command, args, { env, encoding: 'utf8', ...options });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}\n${stdout}${stderr}`);
  return stdout;
}

async function until(what, ask) {
  const deadline = Date.now() + WITHIN_MS;
  let last;
  while (Date.now() < deadline) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      last = error;
    }
    await delay(200);
  }
  throw new Error(`${what}: not within ${WITHIN_MS / 1000} s`, { cause: last });
}

async function textOf(url, body) {
  const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const answer = await fetch(url, { signal: AbortSignal.timeout(10_000), ...(body === undefined ? {} : post) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${text}`);
  return text;
}

/**
 * Node.js of a major version and our packages, installed with it: better-sqlite3 is compiled for the version that installs it.
 *
 * @returns {{ node: string, bin: (name: string) => string, version: string }}
 */
function install(folder, major, packages) {
  const nodeFolder = join(folder, 'node');
  mkdirSync(nodeFolder, { recursive: true });
  writeFileSync(join(nodeFolder, 'package.json'), '{ "private": true }');
  const quiet = ['--no-audit', '--no-fund'];
  call('npm', ['install', ...quiet, `node@${major}`], { cwd: nodeFolder });
  const bin = join(nodeFolder, 'node_modules/node/bin');
  // npm's package of the binary has the headers, too; without them node-gyp would fetch them from nodejs.org.
  const platform = `node-${process.platform}-${process.arch}`;
  const nodedir = join(nodeFolder, 'node_modules/node/node_modules', platform);
  const withHeaders = existsSync(join(nodedir, 'include/node/node.h')) ? { npm_config_nodedir: nodedir } : {};
  const programs = join(folder, 'programs');
  mkdirSync(programs);
  writeFileSync(join(programs, 'package.json'), '{ "private": true }');
  const withNode = { ...env, ...withHeaders, PATH: `${bin}:${env.PATH}` };
  call('npm', ['install', '--prefer-offline', ...quiet, ...packages], { cwd: programs, env: withNode });
  const node = join(bin, 'node');
  return { node, bin: (name) => join(programs, 'node_modules/.bin', name), version: call(node, ['--version']).trim() };
}

/** A program of ours that runs until the work is done. */
async function whileRunning({ node, bin }, name, args, work) {
  const child = spawn(node, [bin(name), ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    const gone = ended.then((code) => {
      throw new Error(`${name} ended with ${code}`);
    });
    return await Promise.race([work(), gone]);
  } catch (error) {
    throw new Error(`${name}: ${error.message}\n${output.slice(-3000)}`, { cause: error });
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

const listenOn = (port) => ['--web.listen-address', `127.0.0.1:${port}`];

/** The exporter says its version, observes the lab's libvirtd, and the OMS draws a chart of what both told. */
async function tryPrograms(installed, folder, guest) {
  call(installed.node, [installed.bin('faultline-exporter'), '--version']);
  const [exporterPort, omsPort] = [await freePort(), await freePort()];
  const metrics = `http://127.0.0.1:${exporterPort}/metrics`;
  const oms = `http://127.0.0.1:${omsPort}`;
  const exporterArgs = ['--libvirt.uri', guest.host.uri, '--cycle.interval', '1s', ...listenOn(exporterPort)];
  const omsArgs = ['--data.dir', join(folder, 'data'), '--scrape.url', metrics, '--scrape.interval', '1s'];
  const operate = ['--web.anonymous-access', 'operate'];
  return whileRunning(installed, 'faultline-exporter', exporterArgs, async () => {
    const page = await until('a page with the guest', async () => {
      const text = await textOf(metrics);
      return text.includes(guest.uuid) && /^libvirt_up 1$/m.test(text) ? text : undefined;
    });
    const series = page.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
    return whileRunning(installed, 'faultline-oms', [...omsArgs, ...operate, ...listenOn(omsPort)], async () => {
      await until('the OMS is ready', () => textOf(`${oms}/-/ready`));
      const from = Date.now() - 600_000;
      const gap = { type: 'observation-gap', id: 'tried', from: from - 2000, to: from - 1000, cause: 'tried' };
      const receipt = JSON.parse(await textOf(`${oms}/api/v1/reports`, { host: 'elsewhere', reports: [gap] }));
      if (receipt.stored !== 1) throw new Error(`the report was not stored: ${JSON.stringify(receipt)}`);
      const states = await until('a chart with a state', async () => {
        const query = { type: 'timeline', vm: guest.uuid, from, to: Date.now() };
        const { frames } = JSON.parse(await textOf(`${oms}/api/v1/query`, query));
        return frames.find(({ schema }) => schema.name === 'state')?.data.values[0]?.length || undefined;
      });
      return { exporter: `${series} series`, oms: `report, chart: ${states} state${states === 1 ? '' : 's'}` };
    });
  });
}

/** The unit tests of the libvirt client, as counts. */
function tryLibvirtClient(node, folder) {
  const report = join(folder, 'libvirt.json');
  const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];
  const which = ['--selectProjects=unit', '--testPathPatterns', '^(?!.*/node_modules/).*/libvirt/src/'];
  const { stderr } = spawnSync(node, [...jest, ...which, '--json', `--outputFile=${report}`], {
    env,
    encoding: 'utf8',
  });
  if (!existsSync(report)) throw new Error(`Jest ended without a report:\n${stderr}`);
  const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, numTotalTests } = JSON.parse(readFileSync(report));
  if (numFailedTests + numRuntimeErrorTestSuites > 0 || numTotalTests === 0) throw new Error(stderr.slice(-5000));
  return `${numPassedTests} passed`;
}

async function tryMajor(major, folder, packages, guest) {
  const installed = install(folder, major, packages);
  console.error(`Node.js ${installed.version} is installed; running the programs and the libvirt client's tests`);
  const seen = await tryPrograms(installed, folder, guest);
  return [installed.version, seen.exporter, seen.oms, tryLibvirtClient(installed.node, folder)];
}

const folder = mkdtempSync(join(tmpdir(), 'faultline-node-'));
const labFolder = join(folder, 'lab');
const rows = [];
try {
  const packing = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
  const workspaces = WORKSPACES.flatMap((workspace) => ['--workspace', workspace]);
  const packages = call('npm', [...packing, ...workspaces])
    .trim()
    .split('\n');
  const lab = await Lab.up({ folder: labFolder, guests: [{ name: GUEST }] });
  for (const major of majors) {
    const files = packages.map((file) => join(folder, file));
    const outcome = await tryMajor(major, join(folder, major), files, lab.guest(GUEST)).catch((error) => {
      console.error(error);
      process.exitCode = 1;
      return [`v${major}`, 'failed: see above', '', ''];
    });
    rows.push(outcome);
  }
} finally {
  await Lab.down(labFolder);
  rmSync(folder, { recursive: true });
}
console.log(`\n| Node.js | exporter, a libvirtd of the lab | OMS on SQLite | unit tests of the libvirt client |`);
console.log('| --- | --- | --- | --- |');
for (const row of rows) console.log(`| ${row.join(' | ')} |`);
console.log(`\n${execFileSync('uname', ['-sm'], { encoding: 'utf8' }).trim()}`);
