import type { ExporterConfig } from '../../config.ts';
import { createProgramRunner } from '../../programs/run.ts';
import type { ExternalParts } from '../external.ts';
import { Sysfs } from '../sysfs.ts';
import { readDevices } from './devices.ts';
import { judgeEnclosures, readEnclosures } from './enclosures.ts';
import { judgeFibreChannel, readFibreChannel } from './fibre-channel.ts';
import { judgeIscsi, readIscsi } from './iscsi.ts';
import { MountProbes } from './mount-probes.ts';
import { NETWORK_TYPES } from './mountinfo.ts';
import { MAX_MOUNTS, readMounts } from './mounts.ts';
import { judgeMultipath, readMultipath } from './multipath.ts';
import { judgeNvmeFabrics, readNvmeFabrics } from './nvme-fabrics.ts';
import { judgeUplinks, readInterfaces } from './uplinks.ts';

/** One part of what is attached: read apart from the others, so that one that hangs costs the others nothing. */
export interface ExternalPart<Name extends keyof ExternalParts = keyof ExternalParts> {
  name: Name;
  every: 'cycle' | number;
  timeoutMs: number;
  read(signal: AbortSignal): Promise<ExternalParts[Name]>;
  close?(): Promise<void>;
}

export type ExternalConfig = Pick<
  ExporterConfig,
  'mountTypes' | 'mountTimeoutMs' | 'uplinks' | 'sysfsPath' | 'procfsPath' | 'rootfsPath'
>;

/** sysfs answers at once, unless a driver hangs. */
const TIMEOUT_MS = 2000;
/** Each status of a part of a shelf may be a SCSI command to it. */
const ENCLOSURES_EVERY_MS = 60_000;
const ENCLOSURES_TIMEOUT_MS = 30_000;

/** Everything that is looked at outside the box. */
export function externalParts(config: ExternalConfig): ExternalPart[] {
  const sysfs = new Sysfs(config.sysfsPath);
  const types = new Set(config.mountTypes.length === 0 ? NETWORK_TYPES : config.mountTypes);
  const probes = new MountProbes({
    run: createProgramRunner({ maxRunning: MAX_MOUNTS }),
    timeoutMs: config.mountTimeoutMs,
  });
  const inCycle = { every: 'cycle', timeoutMs: TIMEOUT_MS } as const;
  return [
    {
      ...inCycle,
      name: 'multipath',
      read: async (signal) => judgeMultipath(await readMultipath(sysfs, { rootfs: config.rootfsPath, signal })),
    },
    { ...inCycle, name: 'iscsi', read: async () => judgeIscsi(await readIscsi(sysfs)) },
    { ...inCycle, name: 'fibre-channel', read: async () => judgeFibreChannel(await readFibreChannel(sysfs)) },
    { ...inCycle, name: 'nvme-fabrics', read: async () => judgeNvmeFabrics(await readNvmeFabrics(sysfs)) },
    {
      ...inCycle,
      name: 'mounts',
      read: () => readMounts(config.procfsPath, { types, probes }),
      close: () => {
        probes.stop();
        return Promise.resolve();
      },
    },
    {
      name: 'enclosures',
      every: ENCLOSURES_EVERY_MS,
      timeoutMs: ENCLOSURES_TIMEOUT_MS,
      read: async () => judgeEnclosures(await readEnclosures(sysfs)),
    },
    {
      ...inCycle,
      name: 'uplinks',
      read: async () => judgeUplinks(await readInterfaces(sysfs, config.uplinks), config.uplinks),
    },
    { ...inCycle, name: 'devices', read: () => readDevices(sysfs) },
  ];
}
