import { METRICS } from '@faultline/contracts';
import type { InterfaceDescription } from '../description/interfaces.ts';
import type { DomainSnapshot } from '../snapshot.ts';
import {
  addSample,
  counter,
  defineCollector,
  DOMAIN_LABELS,
  domainLabels,
  gauge,
  ownedDomains,
  statistic,
  statisticText,
  type Collector,
  type Sample,
} from './collector.ts';
import { IndexedFields } from './indexed-fields.ts';

const INFO_LABELS = [
  'interface_type',
  'source_bridge',
  'target_device',
  'mac_address',
  'model_type',
  'mtu_size',
] as const;

const NET = new IndexedFields('net', [
  'name',
  'rx.bytes',
  'rx.pkts',
  'rx.errs',
  'rx.drop',
  'tx.bytes',
  'tx.pkts',
  'tx.errs',
  'tx.drop',
]);

function metricsWith(labels: readonly string[]) {
  const count = (name: string, help: string) => counter(`libvirt_domain_interface_stats_${name}`, help, labels);
  return {
    info: gauge(METRICS.domainInterfaceInfo, 'What the interface is, as the XML says; always 1.', [
      ...DOMAIN_LABELS,
      ...INFO_LABELS,
    ]),
    receivedBytes: count('receive_bytes_total', 'Bytes that the guest received.'),
    receivedPackets: count('receive_packets_total', 'Packets that the guest received.'),
    receiveErrors: count('receive_errors_total', 'Packets for the guest that were in error.'),
    receiveDrops: count('receive_drops_total', 'Packets for the guest that were dropped.'),
    sentBytes: count('transmit_bytes_total', 'Bytes that the guest sent.'),
    sentPackets: counter(METRICS.domainSentPackets, 'Packets that the guest sent.', labels),
    sendErrors: count('transmit_errors_total', 'Packets of the guest that were in error.'),
    sendDrops: count('transmit_drops_total', 'Packets of the guest that were dropped.'),
  };
}

type Key = keyof ReturnType<typeof metricsWith>;

const COUNTERS: readonly (readonly [Key, keyof ReturnType<typeof NET.at>])[] = [
  ['receivedBytes', 'rx.bytes'],
  ['receivedPackets', 'rx.pkts'],
  ['receiveErrors', 'rx.errs'],
  ['receiveDrops', 'rx.drop'],
  ['sentBytes', 'tx.bytes'],
  ['sentPackets', 'tx.pkts'],
  ['sendErrors', 'tx.errs'],
  ['sendDrops', 'tx.drop'],
];

/** The index in the statistics of each interface, by its device on the host. */
function indexesByName(domain: DomainSnapshot): Map<string, number> {
  const indexes = new Map<string, number>();
  for (const [index, fields] of NET.upTo(statistic(domain, 'net.count'))) {
    const name = statisticText(domain, fields.name);
    if (name !== undefined && !indexes.has(name)) indexes.set(name, index);
  }
  return indexes;
}

function infoLabels(nic: InterfaceDescription): Record<(typeof INFO_LABELS)[number], string> {
  return {
    interface_type: nic.type,
    source_bridge: nic.sourceBridge,
    target_device: nic.targetDevice,
    mac_address: nic.mac,
    model_type: nic.model,
    mtu_size: nic.mtu,
  };
}

function collectorWith({ sourceLabel }: { sourceLabel: boolean }): Collector<Key> {
  return defineCollector({
    name: 'domain_interface',
    source: 'statistics',
    stats: ['interface'],
    metrics: metricsWith([...DOMAIN_LABELS, ...(sourceLabel ? ['source_bridge'] : []), 'target_device']),
    parse: (snapshot) => {
      const samples: Sample<Key>[] = [];
      for (const domain of ownedDomains(snapshot)) {
        const ofDomain = domainLabels(domain);
        for (const [name, index] of indexesByName(domain)) {
          const fields = NET.at(index);
          const nic = domain.description?.interfaces.find(({ targetDevice }) => targetDevice === name);
          const source = sourceLabel ? { source_bridge: nic?.sourceBridge ?? '' } : undefined;
          const labels = { ...ofDomain, ...source, target_device: name };
          for (const [key, field] of COUNTERS) addSample(samples, key, labels, statistic(domain, fields[field]));
          if (nic) addSample(samples, 'info', { ...ofDomain, ...infoLabels(nic) }, 1);
        }
      }
      return samples;
    },
  });
}

export const domainInterface = collectorWith({ sourceLabel: false });

/** Each series says the bridge too, as the older exporters' do (`--metrics.legacy-names`). */
export const domainInterfaceWithSource = collectorWith({ sourceLabel: true });
