/** Flags of virDomainMigrateToURI3. PEER2PEER is always set: the two daemons talk to each other. */
export interface MigrateFlags {
  /** Let the guest run meanwhile. Default true. */
  live?: boolean;
  /** Through the daemons' own connection instead of one between the QEMUs. */
  tunnelled?: boolean;
  /** Define it on the destination. */
  persistDestination?: boolean;
  undefineSource?: boolean;
  /** Leave it paused on the destination. */
  paused?: boolean;
  /** Copy all disks. */
  nonSharedDisk?: boolean;
  /** Copy what the disks hold over a backing file that both hosts have. */
  nonSharedIncremental?: boolean;
  changeProtection?: boolean;
  /** Even where libvirt fears for the disks (a cache mode, local storage). */
  unsafe?: boolean;
  /** Only the definition. */
  offline?: boolean;
  compressed?: boolean;
  /** Give up on a soft error, as an I/O error meanwhile. */
  abortOnError?: boolean;
  /** Slow the guest down until it fits. */
  autoConverge?: boolean;
  rdmaPinAll?: boolean;
  /** Allow `startPostCopy`. */
  postCopy?: boolean;
  tls?: boolean;
  parallel?: boolean;
  synchronousWrites?: boolean;
  /** Go on with a post-copy that broke. */
  postCopyResume?: boolean;
  zeroCopy?: boolean;
}

/** VIR_MIGRATE_PARAM_*, libvirt-domain.h. Which are taken depends on the daemon: else VIR_ERR_INVALID_ARG. */
export interface MigrateParameters {
  /** Where the destination's QEMU listens, e.g. `tcp://10.0.0.2`. Absent: the destination's daemon says. */
  migrationUri?: string;
  /** Another name there. */
  destinationName?: string;
  /** Another configuration there; what the guest sees must be the same. */
  destinationXml?: string;
  persistentXml?: string;
  /** At most, MiB/s. */
  bandwidthMibps?: number;
  postCopyBandwidthMibps?: number;
  graphicsUri?: string;
  /** Where the destination's QEMU is to listen. */
  listenAddress?: string;
  /** Targets (`vda`) of the disks to copy; absent: all that are not shared and not read-only. */
  disks?: readonly string[];
  disksPort?: number;
  disksUri?: string;
  /** Of `compressed`: `mt`, `xbzrle`, `zlib`, `zstd`, ... */
  compression?: readonly string[];
  autoConvergeInitialPercent?: number;
  autoConvergeIncrementPercent?: number;
  parallelConnections?: number;
  /** The name in the destination's certificate. */
  tlsDestination?: string;
}
