import { randomBytes } from 'node:crypto';
import { AgentError, type GuestAgent } from './agent.ts';
import { runInGuest, type Unended } from './exec.ts';
import {
  bootTime,
  diskMounts,
  judgeFileSystem,
  writableInFstab,
  type Ext4Facts,
  type FileSystemMemory,
  type GuestFileSystem,
  type Mount,
} from './file-systems.ts';
import { closeGuestFile, openGuestFile, readGuestFile } from './guest-files.ts';
import { unlessRefused } from './guest-networks.ts';

/** Nobody in the guest can know it beforehand, and lay a link to another file there for the agent to empty. */
const probeFile = (): string => `.faultline-write-probe-${randomBytes(8).toString('hex')}`;

export interface FileSystemOptions {
  memory: FileSystemMemory;
  /** Whether a file may be made, and removed again, in each file system that is not known to be read-only. */
  writeProbe: boolean;
  /** Told when such a file could not be removed. */
  onLeftBehind: () => void;
  unended: Unended;
  signal: AbortSignal;
}

/**
 * The file systems of a Linux guest, read through its agent; null when it does not let files be read.
 *
 * @throws AgentError of the agent as a whole
 */
export async function askFileSystems(agent: GuestAgent, options: FileSystemOptions): Promise<GuestFileSystem[] | null> {
  const mountinfo = await unlessRefused(readGuestFile(agent, '/proc/self/mountinfo'));
  if (mountinfo === null) return null;
  const fstab = writableInFstab((await unlessRefused(readGuestFile(agent, '/etc/fstab'))) ?? '');
  const bootedAt = bootTime((await unlessRefused(readGuestFile(agent, '/proc/stat'))) ?? '');
  const found: GuestFileSystem[] = [];
  let { writeProbe } = options;
  const onLeftBehind = (): void => {
    writeProbe = false;
    options.onLeftBehind();
  };
  for (const mount of diskMounts(mountinfo)) {
    const ext4 = await ext4Facts(agent, mount);
    const judged = judgeFileSystem(mount, ext4, { fstab, bootedAt, memory: options.memory });
    // What is made must be removed again, by a program; only one runs in a guest at a time (D18).
    const mayTry = writeProbe && options.unended.size === 0 && mayBeTried(mount, judged);
    found.push(mayTry ? await tryToWrite(agent, judged, { ...options, onLeftBehind }) : judged);
  }
  return found;
}

/** ext3 and ext2 are the ext4 driver's too. Null where it is another file system, or the kernel does not say. */
async function ext4Facts(agent: GuestAgent, { type, device }: Mount): Promise<Ext4Facts | null> {
  if (!type.startsWith('ext')) return null;
  const read = (path: string) => unlessRefused(readGuestFile(agent, path));
  const [, name] = /^DEVNAME=([\w!.-]+)$/m.exec((await read(`/sys/dev/block/${device}/uevent`)) ?? '') ?? [];
  if (name === undefined) return null;
  const count = numberIn(await read(`/sys/fs/ext4/${name}/errors_count`));
  if (count === null) return null;
  const lastErrorAt = numberIn(await read(`/sys/fs/ext4/${name}/last_error_time`)) ?? 0;
  const options = (await read(`/proc/fs/ext4/${name}/options`)) ?? '';
  return { errors: count, lastErrorAt, options: options.split('\n') };
}

function mayBeTried({ options: mounted }: Mount, { readOnly }: GuestFileSystem): boolean {
  return readOnly !== true && !mounted.includes('ro');
}

/** What the file system says when a file is made in it. Only "read-only" says that it is; a full disk or a forbidden file does not. */
async function tryToWrite(
  agent: GuestAgent,
  fileSystem: GuestFileSystem,
  options: FileSystemOptions,
): Promise<GuestFileSystem> {
  const path = `${fileSystem.mountPoint.replace(/\/$/, '')}/${probeFile()}`;
  let handle: number;
  try {
    handle = await openGuestFile(agent, path, 'w');
  } catch (error) {
    if (!(error instanceof AgentError) || error.isFinal) throw error;
    const isReadOnly = error.code === 'refused' && error.message.endsWith('Read-only file system');
    return isReadOnly ? { ...fileSystem, readOnly: true, evidence: 'write-probe' } : fileSystem;
  }
  await closeGuestFile(agent, handle);
  const removed = await runInGuest(agent, { path: 'rm', args: ['-f', path] }, options);
  if (removed.kind !== 'exited' || removed.exitCode !== 0) options.onLeftBehind();
  return { ...fileSystem, readOnly: false };
}

function numberIn(text: string | null): number | null {
  return text !== null && /^\d{1,15}\s*$/.test(text) ? Number(text) : null;
}
