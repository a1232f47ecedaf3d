import type { DomainRef } from './domain.ts';

/** Which snapshot of which domain. */
export interface SnapshotRef {
  name: string;
  domain: DomainRef;
}

/** Flags of virDomainSnapshotCreateXML. */
export interface SnapshotCreateFlags {
  /** Take the XML of one that exists on disk into libvirt's books. */
  redefine?: boolean;
  /** With `redefine`: it becomes the current one. */
  current?: boolean;
  /** libvirt does not keep track of it. */
  noMetadata?: boolean;
  /** Stop the domain once it is made. */
  halt?: boolean;
  /** Disks only, without memory: as after a power cut, unless `quiesce`. */
  diskOnly?: boolean;
  /** Write into files that exist. */
  reuseExternal?: boolean;
  /** Freeze the guest's file systems meanwhile, through its agent. Only with `diskOnly`. */
  quiesce?: boolean;
  /** All disks or none. */
  atomic?: boolean;
  /** Save memory while the guest runs on. Only external. */
  live?: boolean;
  /** Check the XML against libvirt's schema. */
  validate?: boolean;
}

/** Which snapshots a list holds. Filters that exclude each other widen, all others narrow. */
export interface SnapshotListFlags {
  /** Without parents. */
  roots?: boolean;
  leaves?: boolean;
  noLeaves?: boolean;
  metadata?: boolean;
  noMetadata?: boolean;
  /** Made while the domain was off. */
  inactive?: boolean;
  /** Made of a running domain, with its memory. */
  active?: boolean;
  diskOnly?: boolean;
  internal?: boolean;
  external?: boolean;
  /** Parents before their children. */
  topological?: boolean;
}

export interface SnapshotRevertFlags {
  /** Run afterwards, whatever the domain did when it was made. */
  running?: boolean;
  paused?: boolean;
  /** Also where it means a new QEMU process, or the configuration is not known. */
  force?: boolean;
  resetNvram?: boolean;
}

export interface SnapshotDeleteFlags {
  children?: boolean;
  childrenOnly?: boolean;
  /** Forget it and leave its data. */
  metadataOnly?: boolean;
}
