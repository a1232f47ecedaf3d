import { mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LabError } from '../errors.ts';
import { undefinedIfMissing } from '../files.ts';
import type { Run } from '../run.ts';
import { withScratch } from './scratch.ts';

/** The kernel package that a metapackage stands for, from `apt-cache depends`; undefined if apt knows none. */
export function parseKernelDependency(output: string): string | undefined {
  return /^\s*Depends: (linux-image-\S+)$/m.exec(output)?.[1];
}

/**
 * The kernel package file in the cache, downloaded if there is none. It is kept until the cache is deleted, so
 * that the lab starts without a network. Throws LabError `image-build-failed`, CommandError.
 */
export async function kernelPackage(run: Run, cache: string, metapackage: string): Promise<string> {
  const folder = join(cache, 'kernel');
  const found = await newestPackage(folder);
  if (found !== undefined) return found;
  const name = parseKernelDependency(await run('apt-cache', ['depends', metapackage], { deadlineMs: 60_000 }));
  if (name === undefined) {
    throw new LabError('image-build-failed', `apt knows no ${metapackage}: run apt-get update, then try again`);
  }
  return withScratch(cache, async (arriving) => {
    await run('apt-get', ['download', name], { cwd: arriving, deadlineMs: 300_000 });
    const file = await newestPackage(arriving);
    if (file === undefined) throw new LabError('image-build-failed', `apt-get download ${name} left no package`);
    await mkdir(folder, { recursive: true });
    const kept = join(folder, basename(file));
    await rename(file, kept);
    return kept;
  });
}

async function newestPackage(folder: string): Promise<string | undefined> {
  const names = (await readdir(folder).catch(undefinedIfMissing)) ?? [];
  const last = names
    .filter((name) => name.startsWith('linux-image-') && name.endsWith('.deb'))
    .sort((one, other) => one.localeCompare(other, 'en', { numeric: true }))
    .at(-1);
  return last === undefined ? undefined : join(folder, last);
}

export interface UnpackedKernel {
  image: Buffer;
  /** Module files by the paths asked for. */
  modules: Map<string, Buffer>;
}

/** Takes the kernel and the named modules out of a kernel package. Throws LabError `image-build-failed`. */
export async function unpackKernel(
  run: Run,
  packageFile: string,
  modulePaths: readonly string[],
  scratch: string,
): Promise<UnpackedKernel> {
  const folder = join(scratch, 'kernel');
  await run('dpkg-deb', ['--extract', packageFile, folder], { deadlineMs: 120_000 });
  const version = (await readdir(join(folder, 'lib/modules')))[0];
  if (version === undefined) throw new LabError('image-build-failed', `${packageFile} holds no kernel modules`);
  const modules = new Map<string, Buffer>();
  for (const path of modulePaths) {
    const file = join(folder, 'lib/modules', version, 'kernel', path);
    const content = await readFile(file).catch(undefinedIfMissing);
    if (!content) throw new LabError('image-build-failed', `${packageFile} holds no module ${path}`);
    modules.set(path, content);
  }
  return { image: await readFile(join(folder, 'boot', `vmlinuz-${version}`)), modules };
}
