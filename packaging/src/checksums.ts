import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** Writes SHA256SUMS over all files of a folder, in the form that `sha256sum --check` reads. */
export async function writeChecksums(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
  const lines = await Promise.all(
    paths.map(async (path) => {
      const sum = createHash('sha256').update(await readFile(join(folder, path)));
      return `${sum.digest('hex')}  ${path}\n`;
    }),
  );
  await writeFile(join(folder, 'SHA256SUMS'), lines.join(''));
}
