// The Debian packages that the tests need beside Node.js: the lab's, and what the browser and metrics tests drive.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const listed = (file) => JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8'));

function installed(name) {
  const { stdout } = spawnSync('dpkg-query', ['-W', '-f', '${db:Status-Status}', name], { encoding: 'utf8' });
  return stdout === 'installed';
}

/**
 * Installs what is missing when run as root; otherwise says the one line that does it.
 *
 * @returns {boolean} whether everything is there now
 */
export function ensureDebianPackages() {
  const missing = [...listed('../lab/debian-packages.json'), ...listed('../e2e/debian-packages.json')].filter(
    (name) => !installed(name),
  );
  if (missing.length === 0) return true;
  const install = ['install', '-y', '--no-install-recommends', ...missing];
  if (process.getuid?.() !== 0) {
    console.error(`The tests need Debian packages that are not here:\n  sudo apt-get ${install.join(' ')}`);
    return false;
  }
  console.log(`Installing Debian packages: ${missing.join(' ')}`);
  // RUNLEVEL=1 keeps a package from starting its service: the tests start their own.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const quiet = { env, stdio: ['ignore', 'ignore', 'inherit'] };
  execFileSync('apt-get', ['update', '-q'], quiet);
  execFileSync('apt-get', ['-q', ...install], quiet);
  return true;
}
