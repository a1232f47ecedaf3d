import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { CpioEntry } from './cpio.ts';

/** What the guest's root file system is made of. */
export interface GuestParts {
  /** Everything below lab/guest/rootfs. */
  rootfs: CpioEntry[];
  busybox: Buffer;
  /** Names of busybox's programs, from `busybox --list`. */
  applets: string[];
  guestAgent: Buffer;
  /** The shared libraries of the guest agent and the loader, by absolute path. */
  libraries: Map<string, Buffer>;
  /** Kernel modules by path below the kernel's folder, in load order. */
  modules: Map<string, Buffer>;
}

const EMPTY_FOLDERS = ['dev', 'etc', 'mnt/data', 'proc', 'root', 'run', 'sys', 'tmp', 'var/run'];

/** Paths of the shared libraries in the output of `ldd`, the loader among them; the kernel's own (vdso) has no file. */
export function parseLdd(output: string): string[] {
  return [...output.matchAll(/(?:=> )?(\/\S+) \(0x/g)].map((found) => found[1] ?? '');
}

/** The paths in lab/guest/modules.list, in load order; `#` begins a comment line. */
export function parseModuleList(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

function foldersOf(paths: Iterable<string>): CpioEntry[] {
  const folders = new Set<string>();
  for (const path of paths) {
    for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) folders.add(folder);
  }
  return [...folders].sort().map((path) => ({ kind: 'folder', path, mode: 0o755 }));
}

/** The guest's root file system, entry by entry, folders first. */
export function guestEntries(parts: GuestParts): CpioEntry[] {
  const { rootfs, busybox, applets, guestAgent, libraries, modules } = parts;
  const moduleNames = [...modules.keys()].map((path) => basename(path));
  const file = (path: string, content: Buffer, mode: number): CpioEntry => ({ kind: 'file', path, mode, content });
  const entries: CpioEntry[] = [
    // Without it the kernel gives init no console to write to before /dev is mounted.
    { kind: 'character-device', path: 'dev/console', mode: 0o600, major: 5, minor: 1 },
    ...rootfs,
    file('bin/busybox', busybox, 0o755),
    ...applets
      .filter((applet) => applet !== 'busybox')
      .map((applet): CpioEntry => ({ kind: 'link', path: `bin/${applet}`, target: 'busybox' })),
    file('sbin/qemu-ga', guestAgent, 0o755),
    ...[...libraries].map(([path, content]) => file(path.slice(1), content, 0o755)),
    ...[...modules].map(([path, content]) => file(`lib/modules/${basename(path)}`, content, 0o644)),
    file('lib/modules/load-order', Buffer.from(`${moduleNames.join('\n')}\n`), 0o644),
  ];
  return [...foldersOf([...EMPTY_FOLDERS.map((path) => `${path}/.`), ...entries.map(({ path }) => path)]), ...entries];
}

/** Reads the files below a folder; the executable ones stay so. */
export async function readRootfs(folder: string): Promise<CpioEntry[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = found.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name));
  return Promise.all(
    paths.sort().map(async (path): Promise<CpioEntry> => {
      const executable = ((await stat(path)).mode & 0o100) !== 0;
      const content = await readFile(path);
      return { kind: 'file', path: path.slice(folder.length + 1), mode: executable ? 0o755 : 0o644, content };
    }),
  );
}
