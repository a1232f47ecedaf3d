// The Debian packages that the tests need beside Node.js: the lab's, and what the browser and metrics tests drive.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const listed = (file) => JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8'));

function installed(name) {
  const { stdout } = spawnSync('dpkg-query', ['-W', '-f', '${db:Status-Status}', name], { encoding: 'utf8' });
  return stdout === 'installed';
}

/** Whether apt knows the package; on a machine whose package lists were never fetched it knows none. */
const isKnown = (name) => spawnSync('apt-cache', ['show', name]).status === 0;

/**
 * Installs what is missing when run as root; otherwise says the one line that does it.
 *
 * @returns {boolean} whether everything is there now
 */
export function ensureDebianPackages() {
  const lab = listed('../lab/debian-packages.json');
  const missing = [...lab.install, ...listed('../e2e/debian-packages.json').install].filter((name) => !installed(name));
  // The guest's kernel is only downloaded, by the lab, and needs apt's lists for that.
  const listsMissing = !isKnown(lab.kernel);
  if (missing.length === 0 && !listsMissing) return true;
  const install = ['install', '-y', '--no-install-recommends', ...missing];
  if (process.getuid?.() !== 0) {
    const steps = [
      ...(listsMissing ? ['sudo apt-get update'] : []),
      ...(missing.length > 0 ? [`sudo apt-get ${install.join(' ')}`] : []),
    ];
    console.error(`The tests need Debian packages that are not here:\n  ${steps.join(' && ')}`);
    return false;
  }
  // RUNLEVEL=1 keeps a package from starting its service: the tests start their own.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const quiet = { env, stdio: ['ignore', 'ignore', 'inherit'] };
  execFileSync('apt-get', ['update', '-q'], quiet);
  if (missing.length > 0) {
    console.log(`Installing Debian packages: ${missing.join(' ')}`);
    execFileSync('apt-get', ['-q', ...install], quiet);
  }
  return true;
}
