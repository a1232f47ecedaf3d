import { join } from 'node:path';
import { withDeadline } from '@faultline/program';
import { MultipathdError } from '../errors.ts';
import { stateOfMembers, type ExternalItem } from '../external.ts';
import type { Sysfs } from '../sysfs.ts';
import { askMultipathd, type DaemonPath } from './multipathd.ts';

const UUID_PREFIX = 'mpath-';
/** multipathd is on this host; what takes longer is not worth a cycle's time. */
const DAEMON_TIMEOUT_MS = 1000;

/** A device-mapper map as sysfs has it. */
interface RawMap {
  wwid: string;
  name: string;
  isSuspended: boolean;
  slaves: readonly { device: string; state: string | null }[];
  target: string;
}

/** The multipath maps of this host, and what multipathd says of them: null when there is none to say anything. */
export interface RawMultipath {
  maps: readonly RawMap[];
  daemon: ReadonlyMap<string, readonly DaemonPath[]> | null;
}

export async function readMultipath(
  sysfs: Sysfs,
  { rootfs, signal }: { rootfs: string; signal: AbortSignal },
): Promise<RawMultipath> {
  const maps: RawMap[] = [];
  for (const block of await sysfs.names('block')) {
    const uuid = block.startsWith('dm-') ? await sysfs.text(`block/${block}/dm/uuid`) : null;
    if (uuid?.startsWith(UUID_PREFIX) === true) maps.push(await readMap(sysfs, block, uuid.slice(UUID_PREFIX.length)));
  }
  // Asked only where it has something to say: through its socket systemd would start it.
  return { maps, daemon: maps.length === 0 ? null : await daemonOrNull(rootfs, signal) };
}

async function readMap(sysfs: Sysfs, block: string, wwid: string): Promise<RawMap> {
  const slaves: { device: string; state: string | null }[] = [];
  for (const device of await sysfs.names(`block/${block}/slaves`)) {
    slaves.push({ device, state: await sysfs.text(`block/${device}/device/state`) });
  }
  const [first] = slaves;
  const vendor = first === undefined ? null : await sysfs.text(`block/${first.device}/device/vendor`);
  const model = first === undefined ? null : await sysfs.text(`block/${first.device}/device/model`);
  return {
    wwid,
    name: (await sysfs.text(`block/${block}/dm/name`)) ?? block,
    isSuspended: (await sysfs.text(`block/${block}/dm/suspended`)) === '1',
    slaves,
    target: [vendor, model].flatMap((part) => part?.trim() ?? []).join(' '),
  };
}

async function daemonOrNull(rootfs: string, signal: AbortSignal): Promise<Map<string, DaemonPath[]> | null> {
  const sockets = ['\0/org/kernel/linux/storage/multipathd', join(rootfs, 'run/multipathd.socket')];
  try {
    return await withDeadline(signal, DAEMON_TIMEOUT_MS, (either) => askMultipathd(sockets, either));
  } catch (error) {
    // The item's detail then says that sysfs is all that was heard.
    if (error instanceof MultipathdError) return null;
    throw error;
  }
}

/** A path works when multipathd's checker and the kernel say so; where there is no multipathd, when its device runs. */
export function judgeMultipath({ maps, daemon }: RawMultipath): ExternalItem[] {
  return maps.map(({ wwid, name, isSuspended, slaves, target }) => {
    const heard = daemon?.get(wwid);
    const paths = heard === undefined ? slaves.map(({ state }) => deviceWorks(state)) : heard.map(pathWorks);
    const [active, failed] = [
      paths.filter((works) => works === true).length,
      paths.filter((works) => works === false).length,
    ];
    return {
      kind: 'multipath',
      id: wwid,
      name,
      state: stateOfMembers({ active, failed, all: paths.length }),
      detail: `${heard === undefined ? 'sysfs' : 'multipathd'}${isSuspended ? ', suspended' : ''}`,
      target,
      members: { active, failed },
    };
  });
}

function pathWorks({ dm, check }: DaemonPath): boolean | null {
  if (dm === 'failed' || check === 'faulty' || check === 'shaky') return false;
  return dm === 'active' && (check === 'ready' || check === 'ghost') ? true : null;
}

/** `/sys/block/DEV/device/state` of SCSI and NVMe devices. */
function deviceWorks(state: string | null): boolean | null {
  if (state === 'running' || state === 'live') return true;
  return state === null || ['blocked', 'created', 'quiesce', 'resetting', 'new'].includes(state) ? null : false;
}
