import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { HostPaths } from '../host/files.ts';
import { SERVER } from './server.ts';
import { serverTable } from './smbios.ts';

/** A folder tree by paths: a text or bytes is a file, a `{ to }` a link. */
export type Tree = Readonly<Record<string, string | Buffer | { to: string }>>;

export async function writeTree(folder: string, tree: Tree): Promise<void> {
  for (const [path, content] of Object.entries(tree)) {
    const full = join(folder, path);
    await mkdir(dirname(full), { recursive: true });
    if (typeof content === 'string' || Buffer.isBuffer(content)) await writeFile(full, content);
    else await symlink(content.to, full);
  }
}

export function pathsOf(folder: string): HostPaths {
  return { sysfs: join(folder, 'sys'), procfs: join(folder, 'proc'), udevData: join(folder, 'udev') };
}

const joined = (trees: readonly Tree[]): Tree => Object.fromEntries(trees.flatMap((tree) => Object.entries(tree)));

const files = (folder: string, values: Readonly<Record<string, string | number>>): Tree =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${folder}/${name}`, `${value}\n`]));

const processor = (index: number): Tree => ({
  ...files(`sys/class/hwmon/hwmon${index}`, {
    name: 'coretemp',
    temp1_label: `Package id ${index}`,
    temp1_input: 46_000 + index * 1000,
    temp1_max: 92_000,
    temp1_crit: 100_000,
    temp1_crit_alarm: 0,
    ...Object.fromEntries(
      Array.from({ length: 16 }, (_, core): [string, string | number][] => [
        [`temp${core + 2}_label`, `Core ${core}`],
        [`temp${core + 2}_input`, 44_000 + core * 100],
      ]).flat(),
    ),
  }),
  [`sys/class/hwmon/hwmon${index}/device`]: { to: `../../../devices/platform/coretemp.${index}` },
  [`sys/devices/platform/coretemp.${index}/modalias`]: 'platform:coretemp\n',
  ...Object.fromEntries(
    Array.from({ length: 16 }, (_, core): [string, string][] => {
      const cpu = `sys/devices/system/cpu/cpu${index * 16 + core}`;
      return [
        [`${cpu}/topology/physical_package_id`, `${index}\n`],
        [`${cpu}/thermal_throttle/package_throttle_count`, '3\n'],
      ];
    }).flat(),
  ),
});

const board: Tree = files('sys/class/hwmon/hwmon2', {
  name: 'nct6796',
  in0_label: 'Vcore',
  in0_input: 888,
  in0_min: 0,
  in0_max: 1744,
  in0_alarm: 0,
  in1_label: '+12V',
  in1_input: 12_096,
  in1_min: 11_400,
  in1_max: 12_600,
  in1_alarm: 0,
  temp1_label: 'SYSTIN',
  temp1_input: 33_000,
  temp1_max: 80_000,
  temp2_input: 127_000,
  temp2_fault: 1,
  fan1_input: 5400,
  fan1_min: 300,
  fan1_alarm: 0,
});

const disk = ({ name, serial, model, wwn }: (typeof SERVER.disks)[number], index: number): Tree => ({
  ...files(`sys/devices/pci0000:00/0000:00:17.0/ata${index}/block/${name}`, {
    size: 7_814_037_168,
    removable: 0,
    dev: `8:${index * 16}`,
  }),
  [`sys/block/${name}`]: { to: `../devices/pci0000:00/0000:00:17.0/ata${index}/block/${name}` },
  [`sys/devices/pci0000:00/0000:00:17.0/ata${index}/block/${name}/device`]: { to: '../../device' },
  ...files(`sys/devices/pci0000:00/0000:00:17.0/ata${index}/device`, {
    vendor: 'ATA     ',
    model: model.padEnd(16),
    state: 'running',
    wwid: `naa.${wwn}`,
  }),
  [`udev/b8:${index * 16}`]: `S:disk/by-id/wwn-0x${wwn}\nE:ID_MODEL=${model}\nE:ID_SERIAL_SHORT=${serial}\nE:ID_WWN_WITH_EXTENSION=0x${wwn}\n`,
});

const nic = ({ name, mac, address }: (typeof SERVER.nics)[number], index: number): Tree => ({
  ...files(`sys/class/net/${name}`, {
    address: mac,
    flags: '0x1003',
    carrier: 1,
    speed: 25_000,
    duplex: 'full',
    carrier_changes: 2,
    carrier_up_count: 1,
  }),
  ...files(`sys/class/net/${name}/statistics`, { rx_errors: 0, tx_errors: 0, rx_dropped: index, tx_dropped: 0 }),
  [`sys/class/net/${name}/device`]: { to: `../../../bus/pci/devices/${address}` },
  ...files(`sys/bus/pci/devices/${address}`, {
    vendor: '0x8086',
    device: '0x159b',
    aer_dev_correctable: 'RxErr 0\nBadTLP 2\nTOTAL_ERR_COR 2',
    aer_dev_nonfatal: 'DLP 0\nTOTAL_ERR_NONFATAL 0',
    aer_dev_fatal: 'DLP 0\nTOTAL_ERR_FATAL 0',
  }),
});

const dimm = ({ slot }: { slot: string }, index: number): Tree =>
  files(`sys/devices/system/edac/mc/mc${Math.floor(index / 6)}/dimm${index % 6}`, {
    dimm_label: slot,
    dimm_location: `channel ${index % 6} slot 0`,
    size: 32_768,
    dimm_ce_count: 0,
    dimm_ue_count: 0,
  });

/** `SERVER` as its own kernel shows it. */
export function serverTree(): Tree {
  return {
    'sys/firmware/dmi/tables/DMI': serverTable(),
    ...joined(SERVER.cpus.map((_, index) => processor(index))),
    ...board,
    ...joined(SERVER.dimms.map(dimm)),
    ...files('sys/devices/system/edac/mc/mc0', { mc_name: 'Intel_0', ce_noinfo_count: 0, ue_noinfo_count: 0 }),
    ...joined(SERVER.disks.map(disk)),
    ...joined(SERVER.nics.map(nic)),
    ...files('sys/block/md0/md', {
      array_state: 'clean',
      level: 'raid1',
      raid_disks: 2,
      degraded: 0,
      sync_completed: 'none',
      mismatch_cnt: 0,
    }),
    'proc/interrupts':
      '            CPU0       CPU1\n NMI:         4          5   Non-maskable interrupts\n MCE:          0          0   Machine check exceptions\n MCP:        300        300   Machine check polls\n',
    'proc/meminfo': 'MemTotal:       791234560 kB\nMemFree:        10240 kB\nMemAvailable:   512000000 kB\n',
    'proc/vmstat': 'nr_free_pages 100\noom_kill 2\n',
    'proc/pressure/memory':
      'some avg10=0.00 avg60=0.10 avg300=0.00 total=1500000\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=250000\n',
  };
}
