import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BUNDLED_WORKSPACES, NPM_WORKSPACES, ROOT } from '../repository.ts';
import { timeTextOf, type Artefact, type Release } from '../release.ts';
import { run } from '../run.ts';

interface Component {
  name: string;
  group?: string;
  'bom-ref': string;
}

interface Bill {
  serialNumber?: string;
  metadata: { timestamp: string; component: Component };
  components: Component[];
}

/** What the lock file names, whatever of it this machine installed; some of Grafana's packages ask for an older React, which npm would stop at. */
const FROM_LOCK = ['--package-lock-only', '--legacy-peer-deps'];

const isBundled = (workspace: string): boolean => (BUNDLED_WORKSPACES as readonly string[]).includes(workspace);

/**
 * What programs run on are their dependencies. A page carries parts of what it is built from in itself, so that all of that is named,
 * its build tools too: more than is in it, and nothing less.
 */
const BILLS = [
  { file: 'programs', workspaces: NPM_WORKSPACES.filter((workspace) => !isBundled(workspace)), omit: ['--omit=dev'] },
  { file: 'pages', workspaces: BUNDLED_WORKSPACES, omit: [] },
];

/** npm names a workspace after its folder, wherever that lies; a package's own name is in its reference. */
function namedByReference(component: Component): Component {
  const [, group, name] = /^(?:(@[^/]+)\/)?([^@]+)@/.exec(component['bom-ref']) ?? [];
  return name === undefined ? component : { ...component, ...(group === undefined ? {} : { group }), name };
}

/** What npm says of this moment and this folder would make each bill another one. */
function reproducible({ serialNumber: _perRun, ...bill }: Bill, timestamp: string): Bill {
  return {
    ...bill,
    metadata: { ...bill.metadata, timestamp, component: namedByReference(bill.metadata.component) },
    components: bill.components.map(namedByReference),
  };
}

const billOf = ({ out, version }: Pick<Release, 'out' | 'version'>, file: string): string =>
  join(out, 'sbom', `faultline-${file}-${version}.cdx.json`);

/** CycloneDX, by npm itself, from the lock file. */
export const billsOfMaterials: Artefact = {
  name: 'bills of materials',
  make: async (release) => {
    await mkdir(join(release.out, 'sbom'));
    for (const { file, workspaces, omit } of BILLS) {
      const chosen = workspaces.flatMap((workspace) => ['--workspace', workspace]);
      const args = ['sbom', '--sbom-format', 'cyclonedx', ...FROM_LOCK, ...omit, ...chosen];
      const text = await run('npm', args, { cwd: ROOT });
      const bill = reproducible(JSON.parse(text) as Bill, timeTextOf(release));
      await writeFile(billOf(release, file), `${JSON.stringify(bill, null, 2)}\n`);
    }
  },
};
