import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { LabError } from './errors.ts';
import type { Run } from './run.ts';

/** The workspace's own folder: this file is in its `src` or, built, in its `dist`. */
const WORKSPACE = resolve(import.meta.dirname, '..');
export const GUEST_FOLDER = join(WORKSPACE, 'guest');
export const HOST_FOLDER = join(WORKSPACE, 'host');

const PackageList = Type.Object({ install: Type.Array(Type.String()), kernel: Type.String() });

const packages = Value.Parse(PackageList, JSON.parse(readFileSync(join(WORKSPACE, 'debian-packages.json'), 'utf8')));

/** Debian packages that must be installed. */
export const PACKAGES: readonly string[] = packages.install;
/** Debian metapackage whose kernel the guest runs; downloaded and unpacked, never installed. */
export const KERNEL_METAPACKAGE = packages.kernel;

/** Where built guest images and the kernel package are kept: FAULTLINE_LAB_CACHE, or ~/.cache/faultline-lab. */
export const defaultCache = (): string =>
  resolve(process.env['FAULTLINE_LAB_CACHE'] ?? join(homedir(), '.cache', 'faultline-lab'));

/** Where the lab is unless told otherwise: FAULTLINE_LAB, or /var/lib/faultline-lab. */
export const defaultFolder = (): string => resolve(process.env['FAULTLINE_LAB'] ?? '/var/lib/faultline-lab');

/** The one line that installs packages. */
export const installLine = (names: readonly string[]): string =>
  `apt-get install -y --no-install-recommends ${names.join(' ')}`;

/** Those of `wanted` that are not installed, from `dpkg-query -W -f='${db:Status-Abbrev} ${Package}\n'`. */
export function missingPackages(wanted: readonly string[], dpkgOutput: string): string[] {
  const installed = new Set(
    dpkgOutput
      .split('\n')
      .filter((line) => line.startsWith('ii'))
      .map((line) => line.split(/\s+/)[1]),
  );
  return wanted.filter((name) => !installed.has(name));
}

/** Throws LabError `machine-unsuited` or `packages-missing`, the latter with the line that installs them. */
export async function preflight(run: Run): Promise<void> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new LabError(
      'machine-unsuited',
      `the lab needs Linux on amd64, this is ${process.platform} on ${process.arch}`,
    );
  }
  if (process.getuid?.() !== 0) {
    throw new LabError('machine-unsuited', 'the lab needs root: it makes namespaces and runs libvirtd');
  }
  // One list of all packages: naming them would make dpkg-query fail for those it never heard of.
  const missing = missingPackages(PACKAGES, await run('dpkg-query', ['-W', '-f=${db:Status-Abbrev} ${Package}\\n']));
  if (missing.length > 0) {
    throw new LabError('packages-missing', `missing Debian packages: ${missing.join(', ')}\n${installLine(missing)}`);
  }
}
