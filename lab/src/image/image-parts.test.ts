import { describe, expect, it } from '@jest/globals';
import { writeCpio } from './cpio.ts';
import { guestEntries, parseLdd, parseModuleList } from './initramfs.ts';
import { parseKernelDependency } from './kernel.ts';

interface ReadEntry {
  path: string;
  mode: string;
  device: number[];
  content: string;
}

/** Reads a newc archive: a magic number, 13 fields of 8 hexadecimal digits, the name, the content. */
function readCpio(archive: Buffer): ReadEntry[] {
  const found: ReadEntry[] = [];
  const aligned = (offset: number): number => Math.ceil(offset / 4) * 4;
  for (let at = 0; at < archive.length;) {
    expect(archive.toString('latin1', at, at + 6)).toBe('070701');
    const field = (index: number): number =>
      Number.parseInt(archive.toString('latin1', at + 6 + index * 8, at + 14 + index * 8), 16);
    const nameEnd = at + 110 + field(11);
    const path = archive.toString('utf8', at + 110, nameEnd - 1);
    const start = aligned(nameEnd);
    const content = archive.toString('utf8', start, start + field(6));
    found.push({ path, mode: field(1).toString(8), device: [field(9), field(10)], content });
    at = aligned(start + field(6));
  }
  return found;
}

describe('guest image', () => {
  const entries = guestEntries({
    rootfs: [{ kind: 'file', path: 'init', mode: 0o755, content: Buffer.from('#!/bin/sh\n') }],
    busybox: Buffer.from('busy'),
    applets: ['sh', 'busybox'],
    guestAgent: Buffer.from('agent'),
    libraries: new Map([['/lib64/ld.so', Buffer.from('loader')]]),
    modules: new Map([
      ['drivers/b.ko', Buffer.from('b')],
      ['net/a.ko', Buffer.from('a')],
    ]),
  });
  const contentOf = (path: string): string | undefined => {
    const entry = entries.find((each) => each.path === path);
    return entry?.kind === 'file' ? entry.content.toString() : undefined;
  };

  it('puts every folder before what is in it', () => {
    const seen = new Set<string>();
    for (const { path } of entries) {
      const parent = path.split('/').slice(0, -1).join('/');
      if (parent !== '') expect(seen).toContain(parent);
      seen.add(path);
    }
  });

  it('keeps the load order of the modules', () => {
    expect(contentOf('lib/modules/load-order')).toBe('b.ko\na.ko\n');
    expect(contentOf('lib/modules/a.ko')).toBe('a');
  });

  it('does not replace busybox by a link to itself', () => {
    expect(contentOf('bin/busybox')).toBe('busy');
    expect(entries.filter(({ path }) => path.startsWith('bin/')).map(({ path }) => path)).toEqual([
      'bin/busybox',
      'bin/sh',
    ]);
  });

  it('is a newc archive, padded to four bytes, the same each time', () => {
    const archive = writeCpio(entries);
    expect(writeCpio(entries)).toEqual(archive);
    const read = readCpio(archive);
    expect(read.map(({ path }) => path)).toEqual([...entries.map(({ path }) => path), 'TRAILER!!!']);
    const byPath = new Map(read.map((each) => [each.path, each]));
    expect(byPath.get('init')).toMatchObject({ mode: '100755', content: '#!/bin/sh\n' });
    expect(byPath.get('bin/sh')).toMatchObject({ mode: '120777', content: 'busybox' });
    expect(byPath.get('dev/console')).toMatchObject({ mode: '20600', device: [5, 1] });
    expect(byPath.get('lib')).toMatchObject({ mode: '40755', content: '' });
  });

  it('reads ldd, apt-cache depends and the list of modules', () => {
    const ldd =
      '\tlinux-vdso.so.1 (0x7f)\n\tlibc.so.6 => /lib/libc.so.6 (0x7f)\n\t/lib64/ld-linux-x86-64.so.2 (0x7f)\n';
    expect(parseLdd(ldd)).toEqual(['/lib/libc.so.6', '/lib64/ld-linux-x86-64.so.2']);
    const apt = 'linux-image-cloud-amd64\n  Depends: linux-image-6.1.0-56-cloud-amd64\n';
    expect(parseKernelDependency(apt)).toBe('linux-image-6.1.0-56-cloud-amd64');
    expect(parseKernelDependency('')).toBeUndefined();
    expect(parseModuleList('# why\n\ndrivers/a.ko\n b.ko \n')).toEqual(['drivers/a.ko', 'b.ko']);
  });
});
