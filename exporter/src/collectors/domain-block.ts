import { METRICS } from '@faultline/contracts';
import type { DiskDescription } from '../description/disks.ts';
import type { DomainSnapshot } from '../snapshot.ts';
import {
  addSample,
  counter,
  defineCollector,
  DOMAIN_LABELS,
  domainLabels,
  gauge,
  NANOSECONDS_PER_SECOND,
  ownedDomains,
  statistic,
  statisticText,
  type Collector,
  type Sample,
} from './collector.ts';
import { IndexedFields } from './indexed-fields.ts';

const INFO_LABELS = [
  'disk_type',
  'target_bus',
  'driver_name',
  'driver_type',
  'driver_cache',
  'driver_discard',
  'source_file',
  'source_protocol',
  'target_device',
  'serial',
] as const;

const BLOCK = new IndexedFields('block', [
  'name',
  'rd.bytes',
  'rd.reqs',
  'rd.times',
  'wr.bytes',
  'wr.reqs',
  'wr.times',
  'fl.reqs',
  'fl.times',
  'allocation',
  'capacity',
  'physical',
]);

function metricsWith(labels: readonly string[]) {
  const count = (name: string, help: string) => counter(`libvirt_domain_block_stats_${name}`, help, labels);
  const size = (name: string, help: string) => gauge(`libvirt_domain_block_stats_${name}`, help, labels);
  return {
    info: gauge('libvirt_domain_block_stats_info', 'What the disk is, as the XML says; always 1.', [
      ...DOMAIN_LABELS,
      ...INFO_LABELS,
    ]),
    readBytes: count('read_bytes_total', 'Bytes that the guest read.'),
    readRequests: counter(METRICS.domainReadRequests, 'Read requests of the guest.', labels),
    readTime: count('read_time_seconds_total', 'Time that read requests took, in seconds.'),
    writeBytes: count('write_bytes_total', 'Bytes that the guest wrote.'),
    writeRequests: counter(METRICS.domainWriteRequests, 'Write requests of the guest.', labels),
    writeTime: count('write_time_seconds_total', 'Time that write requests took, in seconds.'),
    flushRequests: count('flush_requests_total', 'Flush requests of the guest.'),
    flushTime: count('flush_time_seconds_total', 'Time that flush requests took, in seconds.'),
    allocation: size('allocation', 'The highest byte of the image that was written to.'),
    capacity: size('capacity_bytes', 'Size of the disk as the guest sees it.'),
    physical: size('physicalsize_bytes', 'Size of the file or device on the host that the disk is kept in.'),
  };
}

type Key = keyof ReturnType<typeof metricsWith>;
type Field = keyof ReturnType<typeof BLOCK.at>;

/** Of a CD-ROM drive, inovex's exporter has no transfers: its sums over `domain` are those of the disks. */
const TRANSFERS: readonly (readonly [Key, Field])[] = [
  ['readBytes', 'rd.bytes'],
  ['readRequests', 'rd.reqs'],
  ['writeBytes', 'wr.bytes'],
  ['writeRequests', 'wr.reqs'],
];
const TIMES: readonly (readonly [Key, Field])[] = [
  ['readTime', 'rd.times'],
  ['writeTime', 'wr.times'],
  ['flushTime', 'fl.times'],
];
const OTHERS: readonly (readonly [Key, Field])[] = [
  ['flushRequests', 'fl.reqs'],
  ['allocation', 'allocation'],
  ['capacity', 'capacity'],
  ['physical', 'physical'],
];

/** A domain's disk as the statistics name it, and what its XML says of it. */
export interface BlockDevice {
  index: number;
  name: string;
  description: DiskDescription | undefined;
}

/** The block devices that libvirt has statistics of, each once. */
export function blockDevices(domain: DomainSnapshot): BlockDevice[] {
  const devices = new Map<string, BlockDevice>();
  for (const [index, fields] of BLOCK.upTo(statistic(domain, 'block.count'))) {
    const name = statisticText(domain, fields.name);
    if (name === undefined || devices.has(name)) continue;
    const description = domain.description?.disks.find(({ targetDevice }) => targetDevice === name);
    devices.set(name, { index, name, description });
  }
  return [...devices.values()];
}

function infoLabels(disk: DiskDescription): Record<(typeof INFO_LABELS)[number], string> {
  return {
    disk_type: disk.type,
    target_bus: disk.targetBus,
    driver_name: disk.driverName,
    driver_type: disk.driverType,
    driver_cache: disk.driverCache,
    driver_discard: disk.driverDiscard,
    source_file: disk.sourceFile,
    source_protocol: disk.sourceProtocol,
    target_device: disk.targetDevice,
    serial: disk.serial,
  };
}

function collectorWith({ sourceLabel }: { sourceLabel: boolean }): Collector<Key> {
  return defineCollector({
    name: 'domain_block',
    source: 'statistics',
    stats: ['block'],
    metrics: metricsWith([...DOMAIN_LABELS, ...(sourceLabel ? ['source_file'] : []), 'target_device']),
    parse: (snapshot) => {
      const samples: Sample<Key>[] = [];
      for (const domain of ownedDomains(snapshot)) {
        const ofDomain = domainLabels(domain);
        for (const { index, name, description } of blockDevices(domain)) {
          const fields = BLOCK.at(index);
          const source = sourceLabel ? { source_file: description?.sourceFile ?? '' } : undefined;
          const labels = { ...ofDomain, ...source, target_device: name };
          if (description?.device !== 'cdrom') {
            for (const [key, field] of TRANSFERS) addSample(samples, key, labels, statistic(domain, fields[field]));
            if (description) addSample(samples, 'info', { ...ofDomain, ...infoLabels(description) }, 1);
          }
          for (const [key, field] of TIMES) {
            addSample(samples, key, labels, statistic(domain, fields[field], NANOSECONDS_PER_SECOND));
          }
          for (const [key, field] of OTHERS) addSample(samples, key, labels, statistic(domain, fields[field]));
        }
      }
      return samples;
    },
  });
}

export const domainBlock = collectorWith({ sourceLabel: false });

/** Each series says the image too, as the older exporters' do (`--metrics.legacy-names`). */
export const domainBlockWithSource = collectorWith({ sourceLabel: true });
