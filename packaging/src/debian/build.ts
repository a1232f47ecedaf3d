import { createHash } from 'node:crypto';
import { chmod, lutimes, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { ROOT } from '../repository.ts';
import type { Release } from '../release.ts';
import { run } from '../run.ts';
import { controlText, filledIn, type Control } from './control.ts';

/** Where the program is laid out, and what is special in it. */
export interface Layout {
  /** A folder that stands for the root of the file system. */
  root: string;
  control: Control;
  /** The state folder, which purging removes. */
  state: string;
  /** Groups that must be there beside the user's own. */
  groups: readonly string[];
  /** Files that belong to root alone, by their paths. */
  secret: readonly string[];
}

const SCRIPTS = ['postinst', 'prerm', 'postrm'];
const KIB = 1024;

/** What the program is asked of on many machines reads the same on all of them: one time, known modes, no owner but root. */
export async function buildDeb(layout: Layout, release: Release): Promise<void> {
  const { root, control } = layout;
  const files = await filesIn(root);
  await setModes(root, layout.secret);
  const debian = join(root, 'DEBIAN');
  await mkdir(debian);
  const conffiles = files.filter((path) => path.startsWith('etc/')).map((path) => `/${path}\n`);
  await writeFile(join(debian, 'conffiles'), conffiles.join(''));
  await writeFile(join(debian, 'md5sums'), await md5sums(root, files));
  await writeFile(join(debian, 'control'), controlText(control, await kibOf(root, files)));
  const values = { PACKAGE: control.package, STATE: layout.state, GROUPS: layout.groups.join(' ') };
  await setModes(debian, []);
  for (const script of SCRIPTS) {
    const text = await readFile(join(ROOT, 'packaging/debian', script), 'utf8');
    await writeFile(join(debian, script), filledIn(text, values));
    await chmod(join(debian, script), 0o755);
  }
  await setTimes(root, release.epochSeconds);
  const folder = join(release.out, 'debian');
  await mkdir(folder, { recursive: true });
  const deb = join(folder, `${control.package}_${control.version}_${control.architecture}.deb`);
  // One thread: how xz cuts its blocks may not depend on the machine. The least effort: the most takes eight times as long for a fifth less.
  const options = ['--root-owner-group', '--uniform-compression', '-Zxz', '-z1', '--threads-max=1'];
  const env = { SOURCE_DATE_EPOCH: String(release.epochSeconds) };
  await run('dpkg-deb', [...options, '--build', root, deb], { cwd: ROOT, env });
}

/** Writes a file of a layout, and the folders above it. */
export async function lay(root: string, path: string, content: string | Uint8Array): Promise<void> {
  const file = join(root, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
}

/** Regular files, by their paths from the root, in order. */
async function filesIn(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => relative(root, join(entry.parentPath, entry.name))).sort();
}

async function md5sums(root: string, files: readonly string[]): Promise<string> {
  const lines = [];
  // dpkg knows configuration files by sums of its own.
  for (const path of files.filter((file) => !file.startsWith('etc/'))) {
    const sum = createHash('md5').update(await readFile(join(root, path)));
    lines.push(`${sum.digest('hex')}  ${path}\n`);
  }
  return lines.join('');
}

/** As dpkg-gencontrol counts: each file in whole KiB. */
async function kibOf(root: string, files: readonly string[]): Promise<number> {
  const sizes = await Promise.all(files.map(async (path) => Math.ceil((await stat(join(root, path))).size / KIB)));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Modes that do not depend on who built: what its owner may run, everybody may. */
async function setModes(root: string, secret: readonly string[]): Promise<void> {
  await chmod(root, 0o755);
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) await chmod(path, 0o755);
    if (!entry.isFile()) continue;
    const isProgram = ((await stat(path)).mode & 0o100) !== 0;
    const mode = isProgram ? 0o755 : 0o644;
    await chmod(path, secret.includes(`/${relative(root, path)}`) ? 0o600 : mode);
  }
}

async function setTimes(root: string, epochSeconds: number): Promise<void> {
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    await lutimes(join(entry.parentPath, entry.name), epochSeconds, epochSeconds);
  }
  await lutimes(root, epochSeconds, epochSeconds);
}
