import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../run.ts';

/**
 * The packages, with the least versions, that compiled files need: Debian's own answer for the libraries they are linked with.
 *
 * @param folder an empty one to work in
 */
export async function sharedLibraries(files: readonly string[], folder: string): Promise<string[]> {
  await mkdir(join(folder, 'debian'), { recursive: true });
  // dpkg-shlibdeps wants to stand in a source package.
  await writeFile(join(folder, 'debian/control'), 'Source: faultline\n\nPackage: faultline-oms\nArchitecture: any\n');
  const text = await run('dpkg-shlibdeps', ['-O', ...files.flatMap((file) => ['-e', file])], { cwd: folder });
  const [, list] = /^shlibs:Depends=(.+)$/m.exec(text) ?? [];
  if (list === undefined) throw new Error(`dpkg-shlibdeps named no library:\n${text}`);
  return list.split(', ');
}
