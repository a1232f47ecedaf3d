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
