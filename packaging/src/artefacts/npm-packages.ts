import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { NPM_WORKSPACES, packageOf, ROOT } from '../repository.ts';
import type { Artefact, Release } from '../release.ts';
import { run } from '../run.ts';

const npmFolder = ({ out }: Pick<Release, 'out'>): string => join(out, 'npm');

/** The file that `npm pack` makes of a workspace. */
export function tarballOf(release: Pick<Release, 'out'>, workspace: string): string {
  const { name, version } = packageOf(workspace);
  return join(npmFolder(release), `${name.replace('@', '').replace('/', '-')}-${version}.tgz`);
}

/** `npm pack` gives every file one time and owner of its own, so that it is reproducible by itself. */
export const npmPackages: Artefact = {
  name: 'npm packages',
  make: async (release) => {
    await mkdir(npmFolder(release));
    const workspaces = NPM_WORKSPACES.flatMap((workspace) => ['--workspace', workspace]);
    // What they are made of is built already: `npm run package` begins with it.
    const args = ['pack', '--ignore-scripts', '--silent', '--pack-destination', npmFolder(release), ...workspaces];
    await run('npm', args, { cwd: ROOT });
  },
};
