/** Which storage pool. */
export interface StoragePoolRef {
  name: string;
  /** Lower-case 8-4-4-4-12. */
  uuid: string;
}

/** virStoragePoolState; `inaccessible` is running, but its storage cannot be reached. */
export type StoragePoolState = 'inactive' | 'building' | 'running' | 'degraded' | 'inaccessible' | `state-${number}`;

/** virStoragePoolGetInfo; all sizes are 0 while the pool is inactive. They are of the last refresh. */
export interface StoragePoolInfo {
  state: StoragePoolState;
  capacityBytes: number;
  allocationBytes: number;
  availableBytes: number;
}

/** Which pools a list holds. Filters that exclude each other, and all types, widen; the others narrow. */
export interface StoragePoolListFlags {
  inactive?: boolean;
  active?: boolean;
  persistent?: boolean;
  transient?: boolean;
  autostart?: boolean;
  noAutostart?: boolean;
  dir?: boolean;
  fs?: boolean;
  netfs?: boolean;
  logical?: boolean;
  disk?: boolean;
  iscsi?: boolean;
  scsi?: boolean;
  mpath?: boolean;
  rbd?: boolean;
  sheepdog?: boolean;
  gluster?: boolean;
  zfs?: boolean;
  vstorage?: boolean;
  iscsiDirect?: boolean;
}

export interface StoragePoolBuildFlags {
  /** Format, unless there is a file system of that type already. */
  noOverwrite?: boolean;
  /** Format, whatever is there. */
  overwrite?: boolean;
}

/** Which volume; `pool` is the pool's name. */
export interface StorageVolumeRef {
  pool: string;
  name: string;
  /** Unique on the host; of a file, its path. */
  key: string;
}

/** virStorageVolType. */
export type StorageVolumeType = 'file' | 'block' | 'dir' | 'network' | 'netdir' | 'ploop' | `type-${number}`;

/** virStorageVolGetInfo. */
export interface StorageVolumeInfo {
  type: StorageVolumeType;
  /** What a guest sees. */
  capacityBytes: number;
  /** What it takes up. */
  allocationBytes: number;
}

export interface StorageVolumeCreateFlags {
  /** Lay down a qcow2's tables at once. */
  preallocateMetadata?: boolean;
  /** Share blocks with what it is made from (btrfs). */
  reflink?: boolean;
  /** Check the XML against libvirt's schema (libvirt 8.10). */
  validate?: boolean;
}

export interface StorageVolumeDeleteFlags {
  /** Overwrite with zeros first (slow). */
  zeroed?: boolean;
  /** Also where it has snapshots (rbd). */
  withSnapshots?: boolean;
}

export interface StorageVolumeResizeFlags {
  /** Take up the new size at once. */
  allocate?: boolean;
  /** The size is to be added. */
  delta?: boolean;
  /** Allow less than now. */
  shrink?: boolean;
}
