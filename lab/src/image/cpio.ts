/** One entry of an initial file system. Paths are relative, without a leading slash. */
export type CpioEntry =
  | { kind: 'folder'; path: string; mode: number }
  | { kind: 'file'; path: string; mode: number; content: Buffer }
  | { kind: 'link'; path: string; target: string }
  | { kind: 'character-device'; path: string; mode: number; major: number; minor: number };

const FILE_TYPE = { folder: 0o040000, file: 0o100000, link: 0o120000, 'character-device': 0o020000 };
const TRAILER = 'TRAILER!!!';

const hex8 = (value: number): string => value.toString(16).padStart(8, '0');

const padding = (length: number): Buffer => Buffer.alloc((4 - (length % 4)) % 4);

interface Header {
  inode: number;
  mode: number;
  links: number;
  device: [major: number, minor: number];
}

function record(path: string, content: Buffer, { inode, mode, links, device }: Header): Buffer[] {
  const name = Buffer.from(`${path}\0`);
  const fields = [inode, mode, 0, 0, links, 0, content.length, 0, 0, ...device, name.length, 0];
  const header = Buffer.from(`070701${fields.map(hex8).join('')}`, 'latin1');
  return [header, name, padding(header.length + name.length), content, padding(content.length)];
}

/** What the entry's record carries as content: a file's bytes, a link's target, nothing otherwise. */
function contentOf(entry: CpioEntry): Buffer {
  if (entry.kind === 'file') return entry.content;
  return entry.kind === 'link' ? Buffer.from(entry.target) : Buffer.alloc(0);
}

/**
 * Writes an initial file system as the kernel unpacks it: cpio "newc" (kernel documentation,
 * "initramfs buffer format"). All belongs to root and has time 0, so equal entries give equal bytes; a folder stands
 * before what is in it.
 */
export function writeCpio(entries: readonly CpioEntry[]): Buffer {
  const parts = entries.flatMap((entry, index) => {
    const mode = FILE_TYPE[entry.kind] | (entry.kind === 'link' ? 0o777 : entry.mode);
    const device: [number, number] = entry.kind === 'character-device' ? [entry.major, entry.minor] : [0, 0];
    return record(entry.path, contentOf(entry), { inode: index + 1, mode, links: 1, device });
  });
  parts.push(...record(TRAILER, Buffer.alloc(0), { inode: 0, mode: 0, links: 1, device: [0, 0] }));
  return Buffer.concat(parts);
}
