import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BadSettingError } from '@faultline/program';

/** What a run leaves in its folder. */
const OWN = ['SHA256SUMS', 'debian', 'grafana', 'npm', 'sbom'];

/**
 * Makes the folder, or takes out of it what an earlier run left there.
 *
 * @throws BadSettingError where there is anything else in it: the wrong folder may have been named
 */
export async function emptyOutput(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const strangers = (await readdir(folder)).filter((name) => !OWN.includes(name));
  if (strangers.length > 0)
    throw new BadSettingError('--out', `${folder} has other things in it: ${strangers[0] ?? ''}`);
  for (const name of OWN) await rm(join(folder, name), { recursive: true, force: true });
}
