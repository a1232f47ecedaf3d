import type { FlagBits } from './flags.ts';
import type {
  StoragePoolBuildFlags,
  StoragePoolListFlags,
  StorageVolumeCreateFlags,
  StorageVolumeDeleteFlags,
  StorageVolumeResizeFlags,
} from './storage.ts';

/** virConnectListAllStoragePoolsFlags, libvirt-storage.h. */
export const poolListBit: FlagBits<StoragePoolListFlags> = {
  inactive: 1 << 0,
  active: 1 << 1,
  persistent: 1 << 2,
  transient: 1 << 3,
  autostart: 1 << 4,
  noAutostart: 1 << 5,
  dir: 1 << 6,
  fs: 1 << 7,
  netfs: 1 << 8,
  logical: 1 << 9,
  disk: 1 << 10,
  iscsi: 1 << 11,
  scsi: 1 << 12,
  mpath: 1 << 13,
  rbd: 1 << 14,
  sheepdog: 1 << 15,
  gluster: 1 << 16,
  zfs: 1 << 17,
  vstorage: 1 << 18,
  iscsiDirect: 1 << 19,
};

/** virStoragePoolBuildFlags, libvirt-storage.h. */
export const poolBuildBit: FlagBits<StoragePoolBuildFlags> = { noOverwrite: 1 << 2, overwrite: 1 << 3 };

/** virStoragePoolDeleteFlags, libvirt-storage.h. */
export const poolDeleteBit = { zeroed: 1 << 0 };

/** virStorageVolCreateFlags, libvirt-storage.h. */
export const volumeCreateBit: FlagBits<StorageVolumeCreateFlags> = {
  preallocateMetadata: 1 << 0,
  reflink: 1 << 1,
  validate: 1 << 2,
};

/** virStorageVolDeleteFlags, libvirt-storage.h. */
export const volumeDeleteBit: FlagBits<StorageVolumeDeleteFlags> = { zeroed: 1 << 0, withSnapshots: 1 << 1 };

/** virStorageVolResizeFlags, libvirt-storage.h. */
export const volumeResizeBit: FlagBits<StorageVolumeResizeFlags> = { allocate: 1 << 0, delta: 1 << 1, shrink: 1 << 2 };
