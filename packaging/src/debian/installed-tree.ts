import { cp, mkdir } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { tarballOf } from '../artefacts/npm-packages.ts';
import { packageOf, ROOT } from '../repository.ts';
import type { Release } from '../release.ts';
import { run } from '../run.ts';

/** What no program runs on: maps, declarations, and the sources of what is compiled already. */
const LEFT_OUT = [
  /\.map$/,
  /\.d\.[cm]?ts$/,
  /^better-sqlite3\/(src|deps)(\/|$)/,
  /^better-sqlite3\/build\/(?!Release(\/|$))/,
];
/** Of a compiled addon, what is loaded. */
const ADDON_FOLDER = /^better-sqlite3\/build\/Release\/(?!better_sqlite3\.node$)/;

/** @param path inside of a package's folder, with the package's name before it */
export const isNeeded = (path: string): boolean => ![...LEFT_OUT, ADDON_FOLDER].some((pattern) => pattern.test(path));

/** A folder of the repository's dependencies, where it lies in an installation of the npm packages. */
export function placeOf(folder: string, workspaces: readonly string[]): string {
  const [first = '', ...rest] = folder.split(sep);
  // What a workspace has for itself lies in its folder; an installed one lies among the others.
  return workspaces.includes(first) ? join('node_modules', packageOf(first).name, ...rest) : folder;
}

/**
 * Lays out what `npm install` of the packed workspaces would: ours from their packages, others' as they are installed here, in the
 * versions of the lock file and with their compiled addons.
 *
 * @param workspaces those to lay out; the first is the program whose dependencies come along
 */
export async function layInstalled(root: string, workspaces: readonly string[], release: Release): Promise<void> {
  for (const workspace of workspaces) {
    const folder = join(root, 'node_modules', packageOf(workspace).name);
    await mkdir(folder, { recursive: true });
    const args = ['-xzf', tarballOf(release, workspace), '--strip-components=1', '--no-same-owner', '-C', folder];
    await run('tar', args, { cwd: ROOT });
  }
  const [program = ''] = workspaces;
  const args = ['ls', '--workspace', packageOf(program).name, '--omit=dev', '--all', '--parseable'];
  const listed = (await run('npm', args, { cwd: ROOT })).split('\n').filter((path) => path.startsWith(ROOT + sep));
  const others = listed.map((path) => relative(ROOT, path)).filter((path) => !path.includes(`${sep}@faultline${sep}`));
  for (const folder of new Set(others)) {
    const from = join(ROOT, folder);
    const to = join(root, placeOf(folder, workspaces));
    await mkdir(dirname(to), { recursive: true });
    await cp(from, to, {
      recursive: true,
      dereference: true,
      filter: (path) => {
        const inside = relative(from, path);
        // Nested packages are in the list themselves.
        return !inside.split(sep).includes('node_modules') && isNeeded(join(basename(folder), inside));
      },
    });
  }
}
