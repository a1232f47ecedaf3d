/** What a way to something outside the box is worth now. `degraded`: it works with less than it has. */
export const EXTERNAL_STATES = ['up', 'degraded', 'down', 'unknown'] as const;
export type ExternalState = (typeof EXTERNAL_STATES)[number];

export type ExternalKind =
  'multipath' | 'iscsi' | 'fc-port' | 'fc-target' | 'nvme-of' | 'mount' | 'enclosure' | 'uplink' | 'passthrough';

/** Kinds whose ids other hosts use for the same thing, so that "this host alone" can be told from "all hosts" (B18). */
export const SHARED_KINDS: ReadonlySet<ExternalKind> = new Set([
  'multipath',
  'iscsi',
  'fc-target',
  'nvme-of',
  'mount',
  'enclosure',
]);

/** A way to something outside the box, as one cycle saw it. Kind, id and name together are unique on a host. */
export interface ExternalItem {
  kind: ExternalKind;
  /** What it leads to: a WWID, `IQN,portal`, a WWPN, `server:/export`, a shelf's logical id. */
  id: string;
  /** What this host calls it: `mpatha`, `session1`, `/mnt/images`, `br0/eth0`. */
  name: string;
  state: ExternalState;
  /** The state in the words of who said it. */
  detail: string;
  /** Vendor and model, or the address it is reached at; empty where neither is known. */
  target: string;
  /** Those it consists of: paths of a map, ports of a bond, parts of a shelf. Those of which nothing is known are in neither. */
  members?: { active: number; failed: number };
  /** How long a mounted file system took to answer, ms. */
  answerMs?: number;
  /** Error counters of a port, by the kernel's names. */
  errors?: Readonly<Record<string, number>>;
}

/** The state of what consists of several: all, some or none of them work. */
export function stateOfMembers({
  active,
  failed,
  all,
}: {
  active: number;
  failed: number;
  all: number;
}): ExternalState {
  if (active === all && all > 0) return 'up';
  if (active > 0 && failed > 0) return 'degraded';
  return failed === all ? 'down' : 'unknown';
}

/** A device that a VM can be given, as sysfs has it. */
export interface HostDevices {
  /** PCI addresses, `0000:03:00.0`. */
  pci: ReadonlySet<string>;
  /** PCI addresses that a VFIO driver holds. */
  vfio: ReadonlySet<string>;
  usb: readonly UsbDevice[];
  /** UUIDs of mediated devices. */
  mdev: ReadonlySet<string>;
}

export interface UsbDevice {
  /** Four hexadecimal digits each. */
  vendor: string;
  product: string;
  bus: number;
  device: number;
  serial: string;
}

/** What each part of the source delivers (external/parts/). */
export interface ExternalParts {
  multipath: ExternalItem[];
  iscsi: ExternalItem[];
  'fibre-channel': ExternalItem[];
  'nvme-fabrics': ExternalItem[];
  mounts: { items: ExternalItem[]; unanswered: number };
  enclosures: ExternalItem[];
  uplinks: ExternalItem[];
  devices: HostDevices;
}

/** How reading one part went. */
export interface ExternalPartReport {
  part: keyof ExternalParts;
  ok: boolean;
  durationMs: number;
  /** When the reading began that its values are from, ms; null when there was none yet. */
  at: number | null;
}

export interface ExternalReading {
  /** Those of a part that could not be read now are `unknown`. */
  items: ExternalItem[];
  /** Null when they could not be read now. */
  devices: HostDevices | null;
  parts: ExternalPartReport[];
  /** Mounted file systems that owe an answer. */
  unanswered: number;
  /** Items over the bound of their kind, which are left out. */
  leftOut: number;
}
