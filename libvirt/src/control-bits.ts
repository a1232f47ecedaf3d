import type { AskGuestFlags, DestroyFlags, SaveFlags, StartFlags, SuspendTarget, UndefineFlags } from './domain.ts';
import type { FlagBits } from './flags.ts';

/** virDomainCreateFlags, libvirt-domain.h. */
export const startBit: FlagBits<StartFlags> = {
  paused: 1 << 0,
  autoDestroy: 1 << 1,
  bypassCache: 1 << 2,
  forceBoot: 1 << 3,
  validate: 1 << 4,
  resetNvram: 1 << 5,
};

/** virDomainUndefineFlagsValues, libvirt-domain.h. */
export const undefineBit: FlagBits<UndefineFlags> = {
  managedSave: 1 << 0,
  snapshotsMetadata: 1 << 1,
  nvram: 1 << 2,
  keepNvram: 1 << 3,
  checkpointsMetadata: 1 << 4,
  tpm: 1 << 5,
  keepTpm: 1 << 6,
};

/** virDomainShutdownFlagValues and virDomainRebootFlagValues, libvirt-domain.h. */
export const askGuestBit: FlagBits<AskGuestFlags> = { acpi: 1 << 0, agent: 1 << 1, paravirt: 1 << 4 };

/** virDomainDestroyFlagsValues, libvirt-domain.h. */
export const destroyBit: FlagBits<DestroyFlags> = { graceful: 1 << 0, removeLogs: 1 << 1 };

/** virDomainSaveRestoreFlags, libvirt-domain.h. */
export const saveBit: FlagBits<SaveFlags> = { bypassCache: 1 << 0, running: 1 << 1, paused: 1 << 2 };

/** virDomainDefineFlags, libvirt-domain.h. */
export const defineBit = { validate: 1 << 0 };

/** virNodeSuspendTarget, by number. */
export const suspendTargetNames = ['mem', 'disk', 'hybrid'] as const satisfies SuspendTarget[];
