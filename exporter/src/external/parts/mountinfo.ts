/** A mounted file system. */
export interface Mount {
  /** `major:minor`: the same for every place where it is mounted. */
  device: string;
  type: string;
  /** Where it comes from: `server:/export`, `//server/share`. */
  source: string;
  /** The first place where it is mounted. */
  path: string;
  /** The server's address, where the file system tells it. */
  address: string;
}

/** File systems that live on another machine. */
export const NETWORK_TYPES: readonly string[] = [
  'nfs',
  'nfs4',
  'cifs',
  'smb3',
  'ceph',
  'fuse.ceph',
  'fuse.glusterfs',
  'fuse.sshfs',
  'lustre',
  'beegfs',
  'gpfs',
];

/**
 * The file systems of these types in the text of /proc/self/mountinfo (proc_pid_mountinfo(5)), each once. Lines that it cannot be are
 * passed over.
 */
export function mountsIn(mountinfo: string, types: ReadonlySet<string>): Mount[] {
  const mounts = new Map<string, Mount>();
  for (const line of mountinfo.split('\n')) {
    const [left, right] = line.split(' - ');
    const [, , device, , path] = left?.split(' ') ?? [];
    const [type, source, options = ''] = right?.split(' ') ?? [];
    if (device === undefined || path === undefined || type === undefined || source === undefined) continue;
    if (!types.has(type) || mounts.has(device)) continue;
    const [, address = ''] = /(?:^|,)addr=([^,]+)/.exec(options) ?? [];
    mounts.set(device, { device, type, source: unescape(source), path: unescape(path), address });
  }
  return [...mounts.values()];
}

/** Spaces, tabs, line ends and backslashes are written in octal. */
function unescape(text: string): string {
  // Every byte of a name in UTF-8 that is not ASCII stays as it is, so that only these need turning back.
  return text.replace(/\\([0-7]{3})/g, (_escape, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
