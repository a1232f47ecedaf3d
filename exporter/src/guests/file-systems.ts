import { cutText } from '../cut-text.ts';

/**
 * File systems of a guest that have gone read-only (E18, E27): the pure half. The mount table alone does not tell: an ext4 that
 * the kernel made read-only after an error goes on saying "rw" there.
 */

/** Types that live on a disk and are written to. What is read-only by design (iso9660, squashfs, erofs, ...) is none of them. */
const WRITTEN_TYPES: ReadonlySet<string> = new Set([
  ...['ext2', 'ext3', 'ext4', 'xfs', 'btrfs', 'f2fs', 'jfs', 'reiserfs', 'nilfs2', 'bcachefs', 'zfs', 'ocfs2', 'gfs2'],
  ...['vfat', 'exfat', 'ntfs3'],
]);

/** As many as one guest is looked at for. */
const MAX_FILE_SYSTEMS = 32;
const MAX_NAME = 255;

/** One line of /proc/self/mountinfo. */
export interface Mount {
  id: string;
  /** Major and minor number of the device: the same for all mounts of one file system. */
  device: string;
  mountPoint: string;
  /** `/dev/vda1`. */
  source: string;
  type: string;
  /** Options of the file system itself, not of this mount of it. */
  options: string[];
}

/** How it is known. `mount`: the mount table says so. `kernel`: an error after which this one stops writing. */
type Evidence = 'mount' | 'kernel' | 'write-probe';

export interface GuestFileSystem {
  mountPoint: string;
  source: string;
  type: string;
  /** Gone read-only, other than by design. Null: not known. */
  readOnly: boolean | null;
  evidence: Evidence | null;
  /** Errors that the kernel has counted in it, since it was last checked. Null: it does not count them (only ext4 does). */
  errors: number | null;
}

/** What the kernel says of an ext4, in /sys/fs/ext4 and /proc/fs/ext4. */
export interface Ext4Facts {
  errors: number;
  /** Seconds since the epoch, of the guest's clock; 0 while there was none. */
  lastErrorAt: number;
  /** All options, those of the superblock included: `errors=remount-ro`. */
  options: string[];
}

/** What was seen of the file systems of one boot, by device. */
export type FileSystemMemory = Map<string, { mountId: string; wasWritable: boolean; errorsUpTo: number | null }>;

/** The mounts of disks, once for each file system, at the shortest path it is mounted at. */
export function diskMounts(mountinfo: string): Mount[] {
  const byDevice = new Map<string, Mount>();
  for (const line of mountinfo.split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    const [id = '', , device = '', , mountPoint = ''] = before.split(' ');
    const [type = '', source = '', options = ''] = after.split(' ');
    if (!WRITTEN_TYPES.has(type) || !/^\d+:\d+$/.test(device) || !mountPoint.startsWith('/')) continue;
    const mount = {
      id,
      device,
      mountPoint: cutText(unescaped(mountPoint), MAX_NAME),
      source: cutText(unescaped(source), MAX_NAME),
      type,
      options: options.split(','),
    };
    const known = byDevice.get(device);
    if (known === undefined || mount.mountPoint.length < known.mountPoint.length) byDevice.set(device, mount);
  }
  // What is mounted over another hides it.
  const visible = new Map([...byDevice.values()].map((mount) => [mount.mountPoint, mount]));
  return [...visible.values()].slice(0, MAX_FILE_SYSTEMS);
}

/** Mount points that /etc/fstab wants to be writable. */
export function writableInFstab(fstab: string): Set<string> {
  const lines = fstab.split('\n').map((line) => line.trim().split(/\s+/));
  const written = lines.filter(
    ([device = '', mountPoint, , options = 'defaults']) =>
      mountPoint !== undefined && !device.startsWith('#') && !options.split(',').includes('ro'),
  );
  return new Set(written.map(([, mountPoint = '']) => unescaped(mountPoint)));
}

/**
 * Whether one file system has gone read-only. By the mount table: it is mounted read-only, and fstab wants it otherwise or it has
 * been seen writable since the boot. By the kernel: ext4 is told to stop writing after errors, and there has been one since it was
 * mounted. With `errors=continue` it has errors and is written on.
 */
export function judgeFileSystem(
  mount: Mount,
  ext4: Ext4Facts | null,
  { fstab, bootedAt, memory }: { fstab: ReadonlySet<string>; bootedAt: number | null; memory: FileSystemMemory },
): GuestFileSystem {
  const { mountPoint, source, type, device } = mount;
  const known = memory.get(device);
  const isMountedAnew = known !== undefined && known.mountId !== mount.id;
  // Errors are counted over mounts, until a check: those from before this one say nothing of it. Mounts of another boot may have the
  // same ids, as a guest that reboots stays the same QEMU.
  const errorsUpTo = isMountedAnew ? (ext4?.lastErrorAt ?? 0) : latest(known?.errorsUpTo ?? null, bootedAt);
  const isMountedReadOnly = mount.options.includes('ro');
  const wasWritable = !isMountedReadOnly || (!isMountedAnew && known?.wasWritable === true);
  memory.set(device, { mountId: mount.id, wasWritable, errorsUpTo });
  const found = { mountPoint, source, type, errors: ext4?.errors ?? null };
  if (isMountedReadOnly) {
    const isGone = fstab.has(mountPoint) || wasWritable;
    return { ...found, readOnly: isGone, evidence: isGone ? 'mount' : null };
  }
  const stopped = hasStoppedWriting(ext4, errorsUpTo);
  return { ...found, readOnly: stopped, evidence: stopped === true ? 'kernel' : null };
}

function latest(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other);
}

function hasStoppedWriting(ext4: Ext4Facts | null, errorsUpTo: number | null): boolean | null {
  if (ext4 === null) return false;
  // Newer kernels say it themselves.
  if (ext4.options.some((option) => option === 'emergency_ro' || option === 'shutdown')) return true;
  if (ext4.errors === 0 || !ext4.options.includes('errors=remount-ro')) return false;
  return errorsUpTo === null ? null : ext4.lastErrorAt > errorsUpTo;
}

/** When the guest booted, seconds since the epoch by its own clock, from /proc/stat. */
export function bootTime(stat: string): number | null {
  const [, seconds] = /^btime (\d+)$/m.exec(stat) ?? [];
  return seconds === undefined ? null : Number(seconds);
}

/** proc(5): blanks and backslashes are written as octal numbers. */
function unescaped(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
