/** What hardware is made of here: an item, what a channel says of it, and what follows from that. */

export const KINDS = [
  'board',
  'cpu',
  'dimm',
  'fan',
  'psu',
  'disk',
  'raid',
  'nic',
  'bond',
  'pcie-device',
  'sensor',
  'bmc',
] as const;
export type Kind = (typeof KINDS)[number];

/** `in-band`: the host's operating system saw it. `out-of-band`: the BMC did (B15). */
export const CHANNELS = ['in-band', 'out-of-band'] as const;
export type Channel = (typeof CHANNELS)[number];

/** From good to bad; `unknown` is neither normal nor abnormal (B14). */
export const HEALTHS = ['ok', 'warning', 'critical', 'unknown'] as const;
export type Health = (typeof HEALTHS)[number];

/** Where a reading begins to be bad, in its own unit. */
export interface Limits {
  lowWarning?: number;
  lowCritical?: number;
  highWarning?: number;
  highCritical?: number;
}

export interface ItemReading {
  /** A row of `READINGS`. */
  name: ReadingName;
  /** Which of an item's sensors, where there can be several. */
  sensor?: string;
  value: number;
  limits?: Limits;
  /** The device's own word that this reading is bad, where it gives one. */
  alarm?: boolean;
}

/** One item as one source saw it. What it does not know is absent. */
export interface Observation {
  kind: Kind;
  /** What this source calls it; the same in every cycle, and its own among the items of the kind. */
  name: string;
  vendor?: string;
  model?: string;
  serial?: string;
  /** UUIDs, world wide names, MAC addresses: what makes it the same item whoever sees it (B15). Serial numbers go in `serial`. */
  identities?: readonly string[];
  /** Slot, bay, bus address or /dev name (B16). */
  location?: string;
  /** Its own word about its health. Absent: it has none. */
  status?: Exclude<Health, 'unknown'>;
  /** What the matter is while `status` is not `ok`, as a problem's name. */
  complaint?: string;
  readings?: readonly ItemReading[];
}

/** What one source delivered, at its own time. */
export interface SourceObservations {
  /** `host`, `smart`, `redfish` or `ipmi`. */
  source: string;
  channel: Channel;
  /** When it was read, ms. */
  at: number;
  observations: readonly Observation[];
  /** Kinds of which it cannot say that something is not there: their reading failed, or it never lists them. */
  blindTo: ReadonlySet<Kind>;
}

/** Why an item is not well. */
export interface Problem {
  severity: 'warning' | 'critical';
  /** A name of a rule (rules.ts), not a sentence. */
  problem: string;
  sensor?: string;
  channel: Channel;
}

export interface ChannelReading extends ItemReading {
  channel: Channel;
}

/** One item, whoever saw it. */
export interface HardwareItem {
  kind: Kind;
  /** Its serial number, address or UUID; else the name that its source has for it. */
  id: string;
  vendor: string;
  model: string;
  serial: string;
  location: string;
  health: Health;
  problems: readonly Problem[];
  readings: readonly ChannelReading[];
  /**
   * Whether a channel delivered it in this cycle. Absent: not known, because the channel did not answer, cannot see such items,
   * or has never delivered this one.
   */
  channels: Partial<Record<Channel, boolean>>;
  /** How often a channel found it elsewhere than before, since the exporter started (B16). */
  moves: number;
}

interface ReadingFamily {
  metric: string;
  type: 'gauge' | 'counter';
  help: string;
}

const gauge = (metric: string, help: string): ReadingFamily => ({
  metric: `faultline_hardware_${metric}`,
  type: 'gauge',
  help,
});
const counter = (metric: string, help: string): ReadingFamily => ({
  metric: `faultline_hardware_${metric}`,
  type: 'counter',
  help,
});

/** Everything that is measured or counted at an item, with the series it becomes. */
export const READINGS = {
  temperature: gauge('temperature_celsius', 'Temperature of a sensor.'),
  fanSpeed: gauge('fan_speed_rpm', 'Revolutions of a fan in a minute.'),
  fanRatio: gauge('fan_speed_ratio', 'Speed of a fan as a share of its full speed, where that is what its BMC says.'),
  voltage: gauge('voltage_volts', 'Voltage of a sensor.'),
  current: gauge('current_amperes', 'Current of a sensor.'),
  power: gauge('power_watts', 'Power of a sensor.'),
  inputPresent: gauge('psu_input_present', 'Whether a power supply has mains.'),
  throttles: counter('cpu_throttles_total', 'Times that a processor was slowed down because it was too hot.'),
  machineChecks: counter(
    'machine_check_exceptions_total',
    'Machine check exceptions of all processors since the boot.',
  ),
  correctedErrors: counter('memory_corrected_errors_total', 'Memory errors that ECC corrected, since the boot.'),
  uncorrectedErrors: counter(
    'memory_uncorrected_errors_total',
    'Memory errors that ECC could not correct, since the boot.',
  ),
  pcieCorrectable: counter('pcie_correctable_errors_total', 'PCIe errors that the link corrected.'),
  pcieNonfatal: counter('pcie_nonfatal_errors_total', 'PCIe errors that cost a transaction, but not the link.'),
  pcieFatal: counter('pcie_fatal_errors_total', 'PCIe errors after which the link cannot be relied on.'),
  diskOnline: gauge('disk_online', 'Whether the kernel uses the disk.'),
  diskSize: gauge('disk_size_bytes', 'Size of a disk.'),
  smartPassed: gauge('disk_smart_passed', 'Whether the disk says that it is well.'),
  reallocatedSectors: gauge(
    'disk_reallocated_sectors',
    'Sectors that a disk has replaced, or the entries of its list of defects.',
  ),
  pendingSectors: gauge('disk_pending_sectors', 'Sectors that a disk could not read and waits to replace.'),
  uncorrectableSectors: gauge('disk_uncorrectable_sectors', 'Sectors that a disk could not read in its own checks.'),
  mediaErrors: counter('disk_media_errors_total', 'Errors of the medium that a disk could not correct.'),
  criticalWarning: gauge('disk_nvme_critical_warning', 'Bits of the critical warning of an NVMe disk; 0 is none.'),
  wear: gauge('disk_wear_ratio', 'Share of its rated endurance that a solid state disk has used; may exceed 1.'),
  availableSpare: gauge('disk_available_spare_ratio', 'Spare capacity that an NVMe disk has left.'),
  powerOnTime: gauge('disk_power_on_seconds', 'How long a disk has been switched on in its life.'),
  smartRead: gauge(
    'disk_smart_timestamp_seconds',
    'When the disk was asked for its SMART values, in seconds since the epoch.',
  ),
  raidDisks: gauge('raid_disks', 'Disks that an array shall have.'),
  raidMissing: gauge('raid_disks_missing', 'Disks that an array lacks.'),
  raidActive: gauge('raid_active', 'Whether an array is assembled and running.'),
  raidMismatches: gauge(
    'raid_mismatched_sectors',
    'Sectors that differed between the disks in the last check of an array.',
  ),
  raidSync: gauge('raid_sync_ratio', 'How far a resync, recovery or check of an array is.'),
  carrier: gauge('nic_carrier', 'Whether a network interface has a link; 0 also while it is switched off.'),
  enabled: gauge('nic_enabled', 'Whether a network interface is switched on by its administrator.'),
  speed: gauge('nic_speed_bytes', 'Speed of the link in bytes in a second.'),
  fullDuplex: gauge('nic_full_duplex', 'Whether the link is full duplex.'),
  carrierChanges: counter('nic_carrier_changes_total', 'Times that the link came or went.'),
  receiveErrors: counter('nic_receive_errors_total', 'Frames that arrived broken.'),
  transmitErrors: counter('nic_transmit_errors_total', 'Frames that could not be sent.'),
  receiveDrops: counter('nic_receive_drops_total', 'Frames that arrived and were dropped.'),
  transmitDrops: counter('nic_transmit_drops_total', 'Frames that were dropped instead of being sent.'),
  bondPorts: gauge('bond_ports', 'Interfaces of a bond.'),
  bondPortsUp: gauge('bond_ports_up', 'Interfaces of a bond that have a link.'),
} as const satisfies Record<string, ReadingFamily>;
export type ReadingName = keyof typeof READINGS;
