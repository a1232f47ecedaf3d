/** Which domain: the three values libvirt itself passes around. */
export interface DomainRef {
  name: string;
  /** Lower-case 8-4-4-4-12. */
  uuid: string;
  /** The running instance; -1 while the domain is inactive. */
  id: number;
}

/** virDomainState: libvirt-domain.h's names in lower case. */
export type DomainStateName =
  'nostate' | 'running' | 'blocked' | 'paused' | 'shutdown' | 'shutoff' | 'crashed' | 'pmsuspended';

/** virDomainGetState: names from libvirt-domain.h in lower case; the numbers are kept for values without a name. */
export interface DomainStateInfo {
  state: DomainStateName;
  /** The tail of the state's reason enum, e.g. `booted`, `from-snapshot`, `ioerror`; `reason-<n>` if newer than us. */
  reason: string;
  stateCode: number;
  reasonCode: number;
}

/** virDomainGetControlInfo: whether the daemon's control channel to the hypervisor is free. Never blocks on a job. */
export interface DomainControlInfo {
  state: 'ok' | 'job' | 'occupied' | 'error';
  /** Why, when `state` is `error`. */
  details: 'none' | 'unknown' | 'monitor' | 'internal';
  /** How long the channel has been in this state, ms. */
  stateTimeMs: number;
}

export type StatsGroup =
  'state' | 'cpu' | 'balloon' | 'vcpu' | 'interface' | 'block' | 'perf' | 'iothread' | 'memory' | 'dirtyrate';

/** virConnectGetAllDomainStatsFlags. The filters apply to listed domains too. */
export interface DomainStatsFlags {
  active?: boolean;
  inactive?: boolean;
  persistent?: boolean;
  transient?: boolean;
  running?: boolean;
  paused?: boolean;
  shutoff?: boolean;
  other?: boolean;
  /** Leave out statistics that would have to wait for another call's job. The call may block all the same. */
  noWait?: boolean;
  /** Also list the backing chain of each disk. */
  backing?: boolean;
  /** Fail with VIR_ERR_ARGUMENT_UNSUPPORTED when a group is not supported, instead of leaving it out. */
  enforceStats?: boolean;
}

export interface DomainStatsQuery {
  /** Empty or absent: every group the daemon knows. */
  groups?: readonly StatsGroup[];
  /** Absent: every domain that the flags let through. Empty: none, and nothing is asked. */
  domains?: readonly DomainRef[];
  flags?: DomainStatsFlags;
}

/** int, unsigned int and double arrive as number, 64-bit integers as bigint. */
export type TypedValue = number | bigint | string | boolean;

/** One record of virConnectGetAllDomainStats, with libvirt's own field names (`cpu.time`, `vcpu.0.time`, ...). */
export interface DomainStats {
  domain: DomainRef;
  values: Map<string, TypedValue>;
}

/** Which domains a list holds. Filters that exclude each other (active, inactive) widen, all others narrow. */
export interface DomainListFlags {
  active?: boolean;
  inactive?: boolean;
  persistent?: boolean;
  transient?: boolean;
  running?: boolean;
  paused?: boolean;
  shutoff?: boolean;
  /** In any other state. */
  other?: boolean;
  managedSave?: boolean;
  noManagedSave?: boolean;
  autostart?: boolean;
  noAutostart?: boolean;
  hasSnapshot?: boolean;
  noSnapshot?: boolean;
  hasCheckpoint?: boolean;
  noCheckpoint?: boolean;
}

/** virDomainGetInfo. */
export interface DomainInfo {
  state: DomainStateName;
  /** virDomainState as a number, for one that has no name. */
  stateCode: number;
  /** The most that the domain may be given. */
  maxMemoryKib: number;
  /** What it has now. */
  memoryKib: number;
  vcpus: number;
  /** Since it was started, ns; 0 while it is inactive. */
  cpuTimeNs: bigint;
}

/** virDomainGetBlockInfo. */
export interface DomainBlockInfo {
  /** What the guest sees. */
  capacityBytes: number;
  /** The highest byte the guest has written; for a file, what it takes up on the host. */
  allocationBytes: number;
  /** The size of the file or device on the host. */
  physicalBytes: number;
}

/** Where addresses come from: libvirt's own DHCP server, the guest agent, the host's neighbour table. */
export type AddressSource = 'lease' | 'agent' | 'arp';

/** virIPAddrType; `family-<n>` for one newer than us. */
export type AddressFamily = 'ipv4' | 'ipv6' | `family-${number}`;

/** One interface as virDomainInterfaceAddresses tells it. */
export interface DomainInterface {
  /** From `lease` and `arp` the host's name of it (`vnet0`), from `agent` the guest's (`eth0`). */
  name: string;
  mac: string | null;
  addresses: { family: AddressFamily; address: string; prefix: number }[];
}

/** What `domainMetadata` reads: `element` is the child of `<metadata>` in the namespace `uri`. */
export type MetadataQuery = { kind: 'description' | 'title' } | { kind: 'element'; uri: string };

/** Which configuration a call is about: of the running domain, of the next start; both absent: whichever is in use. */
export interface ImpactFlags {
  live?: boolean;
  config?: boolean;
}

/** virDomainDiskErrorCode: `unspecified` is any error but a full disk; `error-<n>` for one newer than us. */
export type DiskErrorName = 'none' | 'unspecified' | 'no-space' | `error-${number}`;

/** Flags of virDomainCreateXML and virDomainCreateWithFlags. */
export interface StartFlags {
  /** Leave it paused; `resume` lets it run. */
  paused?: boolean;
  /** End it when this connection ends. */
  autoDestroy?: boolean;
  /** Read a managed save past the host's cache. */
  bypassCache?: boolean;
  /** Boot afresh and throw a managed save away. */
  forceBoot?: boolean;
  /** Check the XML against libvirt's schema. */
  validate?: boolean;
  /** Put the firmware's variables back to their template's (libvirt 8.1). */
  resetNvram?: boolean;
}

/** What to remove beside the definition. Without the flag for what exists, libvirt refuses to undefine. */
export interface UndefineFlags {
  managedSave?: boolean;
  snapshotsMetadata?: boolean;
  checkpointsMetadata?: boolean;
  nvram?: boolean;
  keepNvram?: boolean;
  /** libvirt 8.9. */
  tpm?: boolean;
  /** libvirt 8.9. */
  keepTpm?: boolean;
}

/** By which ways to ask a guest to shut down or reboot; none: libvirt chooses. Several: it tries in its own order. */
export interface AskGuestFlags {
  acpi?: boolean;
  agent?: boolean;
  /** Containers and Xen. */
  paravirt?: boolean;
}

export interface DestroyFlags {
  /** SIGTERM only: a QEMU that does not end by itself stays, and the call fails with VIR_ERR_SYSTEM_ERROR. */
  graceful?: boolean;
  /** Remove its log files too (libvirt 8.3). */
  removeLogs?: boolean;
}

/** Flags of virDomainManagedSave. */
export interface SaveFlags {
  bypassCache?: boolean;
  /** Run after the restore, whatever it does now. */
  running?: boolean;
  /** Be paused after the restore, whatever it does now. */
  paused?: boolean;
}

/** virNodeSuspendTarget: where the guest's state goes while it sleeps. */
export type SuspendTarget = 'mem' | 'disk' | 'hybrid';
