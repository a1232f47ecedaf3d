import type { FlagBits } from './flags.ts';
import type { SnapshotCreateFlags, SnapshotDeleteFlags, SnapshotListFlags, SnapshotRevertFlags } from './snapshot.ts';

/** virDomainSnapshotCreateFlags, libvirt-domain-snapshot.h. */
export const snapshotCreateBit: FlagBits<SnapshotCreateFlags> = {
  redefine: 1 << 0,
  current: 1 << 1,
  noMetadata: 1 << 2,
  halt: 1 << 3,
  diskOnly: 1 << 4,
  reuseExternal: 1 << 5,
  quiesce: 1 << 6,
  atomic: 1 << 7,
  live: 1 << 8,
  validate: 1 << 9,
};

/** virDomainSnapshotListFlags, libvirt-domain-snapshot.h. */
export const snapshotListBit: FlagBits<SnapshotListFlags> = {
  roots: 1 << 0,
  metadata: 1 << 1,
  leaves: 1 << 2,
  noLeaves: 1 << 3,
  noMetadata: 1 << 4,
  inactive: 1 << 5,
  active: 1 << 6,
  diskOnly: 1 << 7,
  internal: 1 << 8,
  external: 1 << 9,
  topological: 1 << 10,
};

/** virDomainSnapshotRevertFlags, libvirt-domain-snapshot.h. */
export const snapshotRevertBit: FlagBits<SnapshotRevertFlags> = {
  running: 1 << 0,
  paused: 1 << 1,
  force: 1 << 2,
  resetNvram: 1 << 3,
};

/** virDomainSnapshotDeleteFlags, libvirt-domain-snapshot.h. */
export const snapshotDeleteBit: FlagBits<SnapshotDeleteFlags> = {
  children: 1 << 0,
  metadataOnly: 1 << 1,
  childrenOnly: 1 << 2,
};
