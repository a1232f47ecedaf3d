import { macIdentity } from '../identity.ts';
import type { ItemReading, Observation, ReadingName } from '../model.ts';
import { integerOf, type HostFiles } from './files.ts';
import { defineReader, known, readingOf } from './reader.ts';

const FIELDS = ['address', 'flags', 'carrier', 'speed', 'duplex', 'carrier_changes', 'carrier_up_count'] as const;
const STATISTICS = ['rx_errors', 'tx_errors', 'rx_dropped', 'tx_dropped'] as const;

interface NetworkInterface {
  name: string;
  values: Partial<Record<(typeof FIELDS)[number] | (typeof STATISTICS)[number], string>>;
  /** Its PCI (or virtio) device; null for a bond. */
  device: { address: string; vendor?: string; device?: string; driver: string | null } | null;
  /** Its own address, while a bond lends it another. */
  permanentAddress: string | null;
  /** The interfaces of a bond; null for an interface that is none. */
  bondPorts: readonly string[] | null;
}

const IFF_UP = 0x1;
const BYTES_PER_MEGABIT = 1_000_000 / 8;
const COUNTERS = [
  ['carrier_changes', 'carrierChanges'],
  ['rx_errors', 'receiveErrors'],
  ['tx_errors', 'transmitErrors'],
  ['rx_dropped', 'receiveDrops'],
  ['tx_dropped', 'transmitDrops'],
] as const satisfies [string, ReadingName][];

/** Physical interfaces and bonds; not bridges, taps and the virtual functions that guests get. */
export const network = defineReader({
  name: 'network',
  lists: ['nic', 'bond'],
  async read(files): Promise<NetworkInterface[]> {
    const names = await files.list(files.sys('class/net'));
    const all = await Promise.all(names.map((name) => readInterface(files, name)));
    return all.flatMap((each) => each ?? []);
  },
  parse(interfaces: NetworkInterface[]): Observation[] {
    const withLink = new Set(interfaces.filter(({ values }) => values.carrier === '1').map(({ name }) => name));
    return interfaces.map((each) => (each.bondPorts === null ? nic(each) : bond(each, each.bondPorts, withLink)));
  },
});

async function readInterface(files: HostFiles, name: string): Promise<NetworkInterface | null> {
  const folder = files.sys('class/net', name);
  const [deviceName, ofBond, virtualFunctionOf] = await Promise.all([
    files.linkName(`${folder}/device`),
    files.list(`${folder}/bonding`),
    files.linkName(`${folder}/device/physfn`),
  ]);
  const isBond = ofBond.length > 0;
  if ((deviceName === null && !isBond) || virtualFunctionOf !== null) return null;
  const [bondPorts, values, statistics, permanentAddress, ids, driver] = await Promise.all([
    isBond ? files.text(`${folder}/bonding/slaves`) : null,
    files.texts(folder, FIELDS),
    files.texts(`${folder}/statistics`, STATISTICS),
    files.text(`${folder}/bonding_slave/perm_hwaddr`),
    files.texts(`${folder}/device`, ['vendor', 'device']),
    files.linkName(`${folder}/device/driver`),
  ]);
  return {
    name,
    values: { ...values, ...statistics },
    device: deviceName === null ? null : { address: deviceName, ...ids, driver },
    permanentAddress,
    bondPorts: isBond ? (bondPorts ?? '').split(/\s+/).filter((port) => port !== '') : null,
  };
}

function linkReadings({ values }: NetworkInterface): ItemReading[] {
  const flags = /^0x[0-9a-f]+$/i.test(values.flags ?? '') ? Number(values.flags) : undefined;
  const megabits = integerOf(values.speed);
  return [
    ...readingOf('enabled', flags === undefined ? undefined : flags & IFF_UP),
    // The kernel refuses to say for an interface that is off: there is no link then.
    ...readingOf(
      'carrier',
      integerOf(values.carrier) ?? (flags !== undefined && (flags & IFF_UP) === 0 ? 0 : undefined),
    ),
    ...readingOf('speed', megabits === undefined || megabits <= 0 ? undefined : megabits * BYTES_PER_MEGABIT),
    ...readingOf('fullDuplex', values.duplex === 'full' ? 1 : values.duplex === 'half' ? 0 : undefined),
    ...COUNTERS.flatMap(([file, name]) => readingOf(name, integerOf(values[file]))),
  ];
}

function nic(each: NetworkInterface): Observation {
  const { name, values, device, permanentAddress } = each;
  const readings = linkReadings(each);
  const valueOf = (reading: ReadingName): number | undefined => readings.find((one) => one.name === reading)?.value;
  // A port that has never had a link since the driver came has no cable: nobody misses it.
  const hadLink = (integerOf(values.carrier_up_count) ?? 1) > 0;
  const lostLink = valueOf('enabled') === 1 && valueOf('carrier') === 0 && hadLink;
  const status = valueOf('carrier') === 1 ? 'ok' : lostLink ? 'critical' : undefined;
  return known<Observation>({
    kind: 'nic',
    name,
    vendor: device?.vendor,
    model:
      device?.device === undefined ? (device?.driver ?? undefined) : `${device.device} ${device.driver ?? ''}`.trim(),
    identities: [macIdentity(permanentAddress ?? values.address)].filter((identity) => identity !== undefined),
    location: device === null ? name : `${name} ${device.address}`,
    status,
    complaint: lostLink ? 'no-link' : undefined,
    readings,
  });
}

function bond(each: NetworkInterface, ports: readonly string[], withLink: ReadonlySet<string>): Observation {
  const up = ports.filter((port) => withLink.has(port)).length;
  return known<Observation>({
    kind: 'bond',
    name: each.name,
    location: each.name,
    status: up > 0 && up < ports.length ? 'warning' : undefined,
    complaint: up > 0 && up < ports.length ? 'bond-port-without-link' : undefined,
    readings: [
      ...linkReadings(each),
      { name: 'bondPorts', value: ports.length },
      ...(ports.length === 0 ? [] : readingOf('bondPortsUp', up)),
    ],
  });
}
