// Installs the packages of Grafana 11, of which the browser tests build a second test page. They are no workspace: who builds or runs
// Faultline does not need them.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const folder = new URL('../console/test-page/grafana-11/', import.meta.url).pathname;

const read = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '');

/** Whether what is installed is what the lock file names. */
function isInstalled() {
  const lock = JSON.parse(read(`${folder}package-lock.json`) || '{}');
  const installed = JSON.parse(read(`${folder}node_modules/.package-lock.json`) || '{}');
  const versions = ({ packages = {} }) =>
    Object.entries(packages)
      .filter(([path]) => path !== '')
      .map(([path, { version }]) => `${path} ${version}`)
      .sort()
      .join('\n');
  return versions(installed) !== '' && versions(installed) === versions(lock);
}

/** Throws where npm fails; npm itself says why. */
export function ensureGrafana11() {
  if (isInstalled()) return;
  console.log('Installing the packages of Grafana 11 for the browser tests');
  // Their own scripts build nothing that a page needs.
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', folder];
  const { status } = spawnSync('npm', args, { stdio: 'inherit', cwd: folder });
  if (status !== 0) throw new Error('the packages of Grafana 11 could not be installed');
}

if (import.meta.url === `file://${process.argv[1]}`) ensureGrafana11();
