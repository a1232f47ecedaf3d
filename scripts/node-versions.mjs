// `npm run try:node-versions`: Faultline's npm packages under other major versions of Node.js, which npm's own packages of Node.js bring. For
// each, everything is installed into an empty folder, better-sqlite3 is compiled for it, and node-versions-check.mjs and the unit tests of the
// libvirt client are run by it.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { arch, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAJORS = process.argv.length > 2 ? process.argv.slice(2) : ['20', '22', '24'];
const WORKSPACES = ['contracts', 'libvirt', 'domain-xml', 'program', 'exporter', 'oms', 'cli'];
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CHECK = fileURLToPath(new URL('node-versions-check.mjs', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'faultline-nodes-'));
const npm = (args, options) =>
  execFileSync('npm', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], ...options });

/** The folder of a Node.js of this major version, with its headers. */
function nodeOf(major, folder) {
  const named = `node-linux-${arch()}`;
  const versions = JSON.parse(npm(['view', `${named}@${major}`, 'version', '--json']));
  // In the order of their publication, not of their numbers.
  const [version] = [versions].flat().sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  npm(['install', '--no-audit', '--no-fund', '--prefix', folder, `${named}@${version}`]);
  return join(folder, 'node_modules', named);
}

function tryWith(major, packs) {
  const folder = join(work, major);
  mkdirSync(join(folder, 'node'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private":true}\n');
  const node = nodeOf(major, join(folder, 'node'));
  const program = join(node, 'bin/node');
  const version = execFileSync(program, ['--version'], { encoding: 'utf8' }).trim();
  npm(['install', '--ignore-scripts', '--no-audit', '--no-fund', ...packs], { cwd: folder });
  const gyp = join(dirname(npm(['root', '-g']).trim()), 'node_modules/npm/node_modules/node-gyp/bin/node-gyp.js');
  const env = { ...process.env, PATH: `${join(node, 'bin')}${delimiter}${process.env.PATH}` };
  const addon = join(folder, 'node_modules/better-sqlite3');
  execFileSync(program, [gyp, 'rebuild', '--release', `--nodedir=${node}`], { cwd: addon, env, stdio: 'ignore' });
  const { status, stdout, stderr } = spawnSync(program, [CHECK], { cwd: folder, env, encoding: 'utf8' });
  const client = tryLibvirtClient(program, folder);
  return { version, ok: status === 0 && client.ok, said: `${status === 0 ? stdout : stderr}${client.said}` };
}

/** Its unit tests, from the checkout. */
function tryLibvirtClient(program, folder) {
  const report = join(folder, 'libvirt.json');
  const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', '--selectProjects=unit'];
  const args = [...jest, '--testPathPatterns', '/libvirt/src/', '--json', `--outputFile=${report}`];
  const { status, stderr } = spawnSync(program, args, { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0 || !existsSync(report)) return { ok: false, said: stderr };
  return { ok: true, said: `libvirt client: ${JSON.parse(readFileSync(report, 'utf8')).numPassedTests} unit tests\n` };
}

try {
  const args = WORKSPACES.flatMap((workspace) => ['--workspace', workspace]);
  npm(['pack', '--ignore-scripts', '--silent', '--pack-destination', work, ...args], { cwd: ROOT });
  const packs = readdirSync(work)
    .filter((name) => name.endsWith('.tgz'))
    .map((name) => join(work, name));
  const tried = MAJORS.map((major) => {
    const outcome = tryWith(major, packs);
    console.log(`Node.js ${outcome.version}: ${outcome.ok ? 'works' : 'FAILED'}\n${outcome.said}`);
    return outcome;
  });
  process.exitCode = tried.every(({ ok }) => ok) ? 0 : 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}
