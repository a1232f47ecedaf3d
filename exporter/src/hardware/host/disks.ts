import { meaningful, nameIdentity } from '../identity.ts';
import type { Observation } from '../model.ts';
import { integerOf, type HostFiles } from './files.ts';
import { defineReader, known, readingOf } from './reader.ts';

interface Disk {
  name: string;
  values: Partial<Record<'size' | 'vendor' | 'model' | 'state' | 'serial' | 'wwid', string>>;
  /** udev's properties of the device, where there is a udev. */
  udev: Partial<Record<string, string>>;
  /** SCSI's own serial number page. */
  vpdSerial: string | null;
}

/** Not hardware, or not of this box: what lies over a fabric is external hardware (B9). */
const VIRTUAL = /^(loop|ram|zram|dm-|md|sr|fd|nbd|rbd|drbd|zd)\d*|^nvme\d+c\d+n\d+$/;
const REMOTE = /\/(session\d+|rport-[\d:-]+|nvme-fabrics)\//;
const SECTOR_BYTES = 512;

/** The kernel's words for a disk that it does not use any more. What passes by itself (`blocked`, `connecting`) is not known. */
const ONLINE: Readonly<Record<string, number>> = {
  running: 1,
  live: 1,
  offline: 0,
  'transport-offline': 0,
  dead: 0,
  deleting: 0,
  'deleting (no IO)': 0,
};

export const disks = defineReader({
  name: 'disks',
  lists: ['disk'],
  async read(files): Promise<Disk[]> {
    const root = files.sys('block');
    const names = (await files.list(root)).filter((name) => !VIRTUAL.test(name));
    const found = await Promise.all(names.map((name) => readDisk(files, name)));
    return found.flatMap((disk) => disk ?? []);
  },
  parse: (all: Disk[]): Observation[] =>
    all.map(({ name, values, udev, vpdSerial }) => {
      const sectors = integerOf(values.size);
      const vendor = meaningful(values.vendor);
      return known<Observation>({
        kind: 'disk',
        name,
        // libata gives every disk the vendor ATA.
        vendor: vendor === 'ATA' || vendor?.startsWith('0x') === true ? undefined : vendor,
        model: meaningful(udev['ID_MODEL']?.replaceAll('_', ' ')) ?? meaningful(values.model),
        serial: meaningful(udev['ID_SERIAL_SHORT']) ?? meaningful(values.serial) ?? meaningful(vpdSerial),
        identities: [nameIdentity(udev['ID_WWN_WITH_EXTENSION'] ?? udev['ID_WWN']), nameIdentity(values.wwid)].filter(
          (identity) => identity !== undefined,
        ),
        location: `/dev/${name}`,
        readings: [
          ...readingOf('diskOnline', ONLINE[values.state ?? '']),
          ...readingOf('diskSize', sectors === undefined ? undefined : sectors * SECTOR_BYTES),
        ],
      });
    }),
});

async function readDisk(files: HostFiles, name: string): Promise<Disk | null> {
  const folder = files.sys('block', name);
  const [target, where, device] = await Promise.all([
    files.linkTarget(`${folder}/device`),
    files.linkTarget(folder),
    files.texts(folder, ['size', 'removable', 'wwid', 'dev', 'serial']),
  ]);
  if (target === null || device.removable === '1' || REMOTE.test(`${where ?? ''}/`)) return null;
  const ofSubsystem = where?.includes('/nvme-subsystem/') === true ? await stateOnPci(files, `${folder}/device`) : {};
  if (ofSubsystem === null) return null;
  const [values, udev, page] = await Promise.all([
    files.texts(`${folder}/device`, ['vendor', 'model', 'state', 'serial', 'wwid']),
    device.dev === undefined ? null : files.text(`${files.paths.udevData}/b${device.dev}`),
    files.bytes(`${folder}/device/vpd_pg80`),
  ]);
  const { size, wwid, serial } = device;
  return {
    name,
    values: {
      ...(serial !== undefined && { serial }),
      ...(wwid !== undefined && { wwid }),
      ...values,
      ...ofSubsystem,
      ...(size !== undefined && { size }),
    },
    udev: udevProperties(udev),
    // Four bytes of header, the fourth of which is the length.
    vpdSerial: page === null || page.length < 4 ? null : page.toString('latin1', 4, 4 + page.readUInt8(3)),
  };
}

/**
 * The state of an NVMe subsystem by its controllers in this box; null when they are all behind a fabric. With the kernel's own multipathing a
 * disk of two ports hangs from its subsystem, wherever its controllers are.
 */
async function stateOnPci(files: HostFiles, subsystem: string): Promise<{ state?: string } | null> {
  const names = (await files.list(subsystem)).filter((entry) => /^nvme\d+$/.test(entry));
  const controllers = await Promise.all(
    names.map((name) => files.texts(`${subsystem}/${name}`, ['transport', 'state'])),
  );
  const states = controllers.flatMap(({ transport, state = '' }) => (transport === 'pcie' ? state : []));
  const [first] = states;
  if (first === undefined) return null;
  return { state: states.includes('live') ? 'live' : first };
}

/** The `E:KEY=value` lines of udev's database. */
function udevProperties(text: string | null): Partial<Record<string, string>> {
  const lines = (text ?? '').split('\n').flatMap((line) => {
    const [, key, value] = /^E:([A-Z0-9_]+)=(.*)$/.exec(line) ?? [];
    return key === undefined || value === undefined ? [] : [[key, value] as const];
  });
  return Object.fromEntries(lines);
}
