import { DOMAIN_STATES } from '@faultline/contracts';
import {
  addSample,
  counter,
  defineCollector,
  DOMAIN_LABELS,
  domainLabels,
  gauge,
  KIBIBYTES_PER_BYTE,
  NANOSECONDS_PER_SECOND,
  ownedDomains,
  statistic,
  type Sample,
} from './collector.ts';
import { blockDevices } from './domain-block.ts';

const BLOCK_LABELS = [...DOMAIN_LABELS, 'source_file', 'target_device'] as const;
const inDomain = (name: string, help: string) => gauge(name, help, DOMAIN_LABELS);
const blockTime = (name: string, help: string) => counter(`libvirt_domain_block_stats_${name}`, help, BLOCK_LABELS);

const METRICS_OF_OLDER_EXPORTERS = {
  // kumina's, which Debian packages.
  domainsNumber: gauge('libvirt_domains_number', 'Domains that are active.'),
  stateCode: inDomain('libvirt_domain_state_code', 'virDomainState of an active domain, by number.'),
  readSeconds: blockTime('read_seconds_total', 'Time that read requests took, in seconds.'),
  writeSeconds: blockTime('write_seconds_total', 'Time that write requests took, in seconds.'),
  flushSeconds: blockTime('flush_seconds_total', 'Time that flush requests took, in seconds.'),
  // Tinkoff's.
  vstate: inDomain('libvirt_domain_info_vstate', 'virDomainState by number.'),
  meta: gauge('libvirt_domain_info_meta', 'What OpenStack Nova wrote into the XML of its instance; always 1.', [
    ...DOMAIN_LABELS,
    'instance_name',
    'flavor',
    'user_name',
    'user_uuid',
    'project_name',
    'project_uuid',
  ]),
  blockMeta: gauge('libvirt_domain_block_meta', 'What the disk is, as the XML says; always 1.', [
    ...BLOCK_LABELS,
    'serial',
    'bus',
    'disk_type',
    'driver_type',
    'cache',
    'discard',
  ]),
  interfaceMeta: gauge('libvirt_domain_interface_meta', 'What the interface is, as the XML says; always 1.', [
    ...DOMAIN_LABELS,
    'source_bridge',
    'target_device',
    'virtual_interface',
  ]),
  actualBalloon: inDomain('libvirt_domain_memory_stats_actual_balloon_bytes', 'Size of the balloon.'),
  diskCache: inDomain(
    'libvirt_domain_memory_stats_disk_cache_bytes',
    'Memory that the guest uses to cache disks and can give back.',
  ),
  poolCapacity: gauge('libvirt_pool_info_capacity_bytes', 'Size of the storage pool.', ['pool']),
  poolAllocation: gauge('libvirt_pool_info_allocation_bytes', 'What of it is taken.', ['pool']),
  poolAvailable: gauge('libvirt_pool_info_available_bytes', 'What of it is left.', ['pool']),
};

type Key = keyof typeof METRICS_OF_OLDER_EXPORTERS;
type Samples = Sample<Key>[];
type Domain = ReturnType<typeof ownedDomains>[number];

function addDomain(samples: Samples, domain: Domain): void {
  const labels = domainLabels(domain);
  const code = domain.state === null ? undefined : DOMAIN_STATES.indexOf(domain.state.state);
  if (domain.id >= 0) {
    addSample(samples, 'stateCode', labels, code);
    addSample(samples, 'actualBalloon', labels, statistic(domain, 'balloon.current', KIBIBYTES_PER_BYTE));
    addSample(samples, 'diskCache', labels, statistic(domain, 'balloon.disk_caches', KIBIBYTES_PER_BYTE));
  }
  addSample(samples, 'vstate', labels, code);
  const openstack = domain.description?.openstack ?? null;
  if (openstack === null) return;
  const { name, flavor, userName, userId, projectName, projectId } = openstack;
  const owner = { user_name: userName, user_uuid: userId, project_name: projectName, project_uuid: projectId };
  addSample(samples, 'meta', { ...labels, instance_name: name, flavor, ...owner }, 1);
}

function addDisks(samples: Samples, domain: Domain): void {
  for (const { index, name, description: disk } of blockDevices(domain)) {
    if (disk?.device === 'cdrom') continue;
    const seconds = (tail: string) => statistic(domain, `block.${index}.${tail}`, NANOSECONDS_PER_SECOND);
    const labels = { ...domainLabels(domain), source_file: disk?.sourceFile ?? '', target_device: name };
    addSample(samples, 'readSeconds', labels, seconds('rd.times'));
    addSample(samples, 'writeSeconds', labels, seconds('wr.times'));
    addSample(samples, 'flushSeconds', labels, seconds('fl.times'));
    if (disk === undefined) continue;
    const { serial, targetBus: bus, type, driverType, driverCache: cache, driverDiscard: discard } = disk;
    const meta = { ...labels, serial, bus, disk_type: type, driver_type: driverType, cache, discard };
    addSample(samples, 'blockMeta', meta, 1);
  }
}

function addInterfaces(samples: Samples, domain: Domain): void {
  for (const { sourceBridge, targetDevice, virtualPort } of domain.description?.interfaces ?? []) {
    if (targetDevice === '') continue;
    const device = { source_bridge: sourceBridge, target_device: targetDevice, virtual_interface: virtualPort };
    addSample(samples, 'interfaceMeta', { ...domainLabels(domain), ...device }, 1);
  }
}

/**
 * Series that older exporters have under other names, for dashboards that were made for them (`--metrics.legacy-names`). What
 * inovex's exporter has is not among them: those are the names of the other collectors.
 */
export const legacy = defineCollector({
  name: 'legacy',
  source: 'statistics',
  // Nothing more is asked for: it says otherwise what the collectors that run say.
  stats: [],
  metrics: METRICS_OF_OLDER_EXPORTERS,
  parse: (snapshot) => {
    const samples: Samples = [];
    if (!snapshot.up) return samples;
    addSample(samples, 'domainsNumber', {}, snapshot.domains.filter(({ id }) => id >= 0).length);
    for (const domain of ownedDomains(snapshot)) {
      addDomain(samples, domain);
      addDisks(samples, domain);
      addInterfaces(samples, domain);
    }
    for (const { name, info } of snapshot.readings.storagePools?.value ?? []) {
      addSample(samples, 'poolCapacity', { pool: name }, info?.capacityBytes);
      addSample(samples, 'poolAllocation', { pool: name }, info?.allocationBytes);
      addSample(samples, 'poolAvailable', { pool: name }, info?.availableBytes);
    }
    return samples;
  },
});
