import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { zipSync, type Zippable } from 'fflate';
import { readJson, ROOT } from '../repository.ts';
import { dateTextOf, type Artefact, type Release } from '../release.ts';

/** The workspaces of Grafana plugins. */
const PLUGIN_WORKSPACES = ['datasource-plugin', 'panel-plugin'] as const;

/** A regular file that everybody may read, as zip keeps Unix modes. */
const FILE_MODE = 0o100644 << 16;
const UNIX = 3;
const BEST_COMPRESSION = 9;

/** As Grafana's catalog names it. */
function archiveOf({ out, version }: Pick<Release, 'out' | 'version'>, workspace: string): string {
  const { id } = readJson(workspace, 'src', 'plugin.json') as { id: string };
  return join(out, 'grafana', `${id}-${version}.zip`);
}

/** Zip keeps local times: this is the one that reads the same as the release's in UTC, wherever it is packed. */
function zipTime({ epochSeconds }: Pick<Release, 'epochSeconds'>): Date {
  const utc = new Date(epochSeconds * 1000);
  return new Date(
    ...([utc.getUTCFullYear(), utc.getUTCMonth(), utc.getUTCDate()] as const),
    ...([utc.getUTCHours(), utc.getUTCMinutes(), utc.getUTCSeconds()] as const),
  );
}

/** The release's date instead of that of the build. */
function dated(pluginJson: string, date: string): string {
  const plugin = JSON.parse(pluginJson) as { info: Record<string, unknown> };
  return `${JSON.stringify({ ...plugin, info: { ...plugin.info, updated: date } }, null, 2)}\n`;
}

async function archive(release: Release, workspace: string): Promise<Uint8Array> {
  const folder = join(ROOT, workspace, 'dist');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
  const { id } = JSON.parse(await readFile(join(folder, 'plugin.json'), 'utf8')) as { id: string };
  const attributes = { mtime: zipTime(release), os: UNIX, attrs: FILE_MODE, level: BEST_COMPRESSION } as const;
  const files: Zippable = {};
  for (const path of paths) {
    const bytes = await readFile(join(folder, path));
    const content = path === 'plugin.json' ? Buffer.from(dated(bytes.toString(), dateTextOf(release))) : bytes;
    files[`${id}/${path}`] = [content, attributes];
  }
  return zipSync(files);
}

/** The built plugins, each in a folder of its id, as `grafana cli` and the plugins folder want them. */
export const pluginArchives: Artefact = {
  name: 'Grafana plugins',
  make: async (release) => {
    await mkdir(join(release.out, 'grafana'));
    for (const workspace of PLUGIN_WORKSPACES) {
      await writeFile(archiveOf(release, workspace), await archive(release, workspace));
    }
  },
};
