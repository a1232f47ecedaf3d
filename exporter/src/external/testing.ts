import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder of files by their paths, with an end of line added as the kernel does; `-> target` makes a link. */
export async function makeTree(
  files: Readonly<Record<string, string>>,
): Promise<{ root: string; remove(): Promise<void> }> {
  const root = await mkdtemp(join(tmpdir(), 'faultline-tree-'));
  for (const [path, content] of Object.entries(files)) {
    const at = join(root, path);
    await mkdir(dirname(at), { recursive: true });
    const [, target] = /^-> (.*)$/.exec(content) ?? [];
    await (target === undefined ? writeFile(at, `${content}\n`) : symlink(target, at));
  }
  return { root, remove: () => rm(root, { recursive: true }) };
}
