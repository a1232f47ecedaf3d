import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { exists } from '../files.ts';
import { GUEST_FOLDER, KERNEL_METAPACKAGE } from '../provisions.ts';
import type { Run } from '../run.ts';
import { writeCpio } from './cpio.ts';
import { guestEntries, parseLdd, parseModuleList, readRootfs, type GuestParts } from './initramfs.ts';
import { kernelPackage, unpackKernel } from './kernel.ts';
import { withScratch } from './scratch.ts';

const BUSYBOX = '/bin/busybox';
const GUEST_AGENT = '/usr/sbin/qemu-ga';
/** Raise it when the way the image is put together changes. */
const RECIPE = 1;

export const KERNEL_FILE = 'vmlinuz';
export const INITRAMFS_FILE = 'initrd.cpio';

type Ingredients = Omit<GuestParts, 'modules'> & { modulePaths: string[] };

async function gatherIngredients(run: Run): Promise<Ingredients> {
  const libraryPaths = parseLdd(await run('ldd', [GUEST_AGENT]));
  const libraries = await Promise.all(libraryPaths.map(async (path) => [path, await readFile(path)] as const));
  return {
    rootfs: await readRootfs(join(GUEST_FOLDER, 'rootfs')),
    busybox: await readFile(BUSYBOX),
    applets: (await run(BUSYBOX, ['--list'])).trim().split('\n'),
    guestAgent: await readFile(GUEST_AGENT),
    libraries: new Map(libraries),
    modulePaths: parseModuleList(await readFile(join(GUEST_FOLDER, 'modules.list'), 'utf8')),
  };
}

/** A name for exactly these ingredients: 16 hexadecimal digits. */
function imageKey(kernel: string, ingredients: Ingredients): string {
  const hash = createHash('sha256');
  const take = (label: string, content: Buffer | string): void => {
    hash.update(`${label}\0${Buffer.byteLength(content)}\0`).update(content);
  };
  take('recipe', `${RECIPE}`);
  take('kernel', basename(kernel));
  take('modules', ingredients.modulePaths.join('\n'));
  take('busybox', ingredients.busybox);
  take('guest agent', ingredients.guestAgent);
  for (const [path, content] of ingredients.libraries) take(path, content);
  take('rootfs', writeCpio(ingredients.rootfs));
  return hash.digest('hex').slice(0, 16);
}

/**
 * The folder with the guest's kernel and initial file system: from the cache if it was built from the same things
 * before, otherwise built there (about 3 s, and a download of 27 MB the first time). Throws LabError `image-build-failed`.
 */
export async function guestImage(run: Run, cache: string, onBuild: (what: string) => void): Promise<string> {
  const kernel = await kernelPackage(run, cache, KERNEL_METAPACKAGE);
  const ingredients = await gatherIngredients(run);
  const folder = join(cache, `guest-${imageKey(kernel, ingredients)}`);
  if (await exists(folder)) return folder;
  onBuild(`building the guest image ${basename(folder)} from ${basename(kernel)}`);
  return withScratch(cache, async (scratch) => {
    const { modulePaths, ...parts } = ingredients;
    const { image, modules } = await unpackKernel(run, kernel, modulePaths, scratch);
    const finished = join(scratch, 'guest');
    await mkdir(finished, { mode: 0o755 });
    await writeFile(join(finished, KERNEL_FILE), image, { mode: 0o644 });
    await writeFile(join(finished, INITRAMFS_FILE), writeCpio(guestEntries({ ...parts, modules })), { mode: 0o644 });
    await putInPlace(finished, folder);
    return folder;
  });
}

/** Another lab may have built the same image meanwhile: then that one stays. */
async function putInPlace(finished: string, folder: string): Promise<void> {
  try {
    await rename(finished, folder);
  } catch (error) {
    if (!(await exists(folder))) throw error;
  }
}
