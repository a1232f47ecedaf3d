import {
  addSample,
  counter,
  defineCollector,
  DOMAIN_LABELS,
  domainLabels,
  gauge,
  KIBIBYTES_PER_BYTE,
  ownedDomains,
  statistic,
  type Sample,
} from './collector.ts';

const inDomain = (name: string, help: string) => gauge(name, help, DOMAIN_LABELS);

const METRICS_OF_MEMORY = {
  maximum: inDomain('libvirt_domain_info_maximum_memory_bytes', 'Memory that the domain may have at most.'),
  usage: inDomain('libvirt_domain_info_memory_usage_bytes', 'Memory that the domain has now; 0 while it is stopped.'),
  balloon: inDomain('libvirt_domain_memory_stats_current_balloon_bytes', 'Size of the balloon.'),
  balloonMaximum: inDomain('libvirt_domain_memory_stats_maximum_bytes', 'Size that the balloon can have at most.'),
  available: inDomain(
    'libvirt_domain_memory_stats_available_bytes',
    'Memory as the guest sees it: all that its kernel can use.',
  ),
  usable: inDomain(
    'libvirt_domain_memory_stats_usable_bytes',
    'Memory that the guest could give to a new program without swapping.',
  ),
  unused: inDomain('libvirt_domain_memory_stats_unused_bytes', 'Memory that the guest leaves unused.'),
  usedPercent: inDomain(
    'libvirt_domain_memory_stats_used_percent',
    'Share of the memory that the guest could not give to a new program, in percent of what it sees.',
  ),
  diskCaches: inDomain(
    'libvirt_domain_memory_stats_disk_caches_bytes',
    'Memory that the guest uses to cache disks and can give back.',
  ),
  rss: inDomain(
    'libvirt_domain_memory_stats_rss_bytes',
    'Resident memory of the process that runs the domain on the host.',
  ),
  swapIn: inDomain('libvirt_domain_memory_stats_swap_in_bytes', 'Memory that the guest read back from swap.'),
  swapOut: inDomain('libvirt_domain_memory_stats_swap_out_bytes', 'Memory that the guest wrote to swap.'),
  lastUpdate: inDomain(
    'libvirt_domain_memory_stats_last_update_timestamp_seconds',
    'When the guest last told its values, in seconds since the epoch; 0 while it never has.',
  ),
  majorFaults: counter(
    'libvirt_domain_memory_stats_major_fault_total',
    'Page faults in the guest that needed the disk.',
    DOMAIN_LABELS,
  ),
  minorFaults: counter(
    'libvirt_domain_memory_stats_minor_fault_total',
    'Page faults in the guest that did not need the disk.',
    DOMAIN_LABELS,
  ),
  // inovex has them as gauges by that name; they do count up.
  hugePageAllocations: counter(
    'libvirt_domain_memory_stats_hugetlb_pgalloc_total',
    'Huge pages that the guest got when it asked for one.',
    DOMAIN_LABELS,
  ),
  hugePageFailures: counter(
    'libvirt_domain_memory_stats_hugetlb_pgfail_total',
    'Huge pages that the guest did not get when it asked for one.',
    DOMAIN_LABELS,
  ),
};

type Key = keyof typeof METRICS_OF_MEMORY;

const KIBIBYTES: readonly (readonly [Key, string])[] = [
  ['balloonMaximum', 'balloon.maximum'],
  ['available', 'balloon.available'],
  ['usable', 'balloon.usable'],
  ['unused', 'balloon.unused'],
  ['diskCaches', 'balloon.disk_caches'],
  ['rss', 'balloon.rss'],
  ['swapIn', 'balloon.swap_in'],
  ['swapOut', 'balloon.swap_out'],
];
const NUMBERS: readonly (readonly [Key, string])[] = [
  ['lastUpdate', 'balloon.last-update'],
  ['majorFaults', 'balloon.major_fault'],
  ['minorFaults', 'balloon.minor_fault'],
  ['hugePageAllocations', 'balloon.hugetlb_pgalloc'],
  ['hugePageFailures', 'balloon.hugetlb_pgfail'],
];

/** What the balloon device and the hypervisor know of memory. Guest-side values need the guest's balloon driver. */
export const domainMemory = defineCollector({
  name: 'domain_memory',
  source: 'statistics',
  stats: ['balloon'],
  metrics: METRICS_OF_MEMORY,
  parse: (snapshot) => {
    const samples: Sample<Key>[] = [];
    for (const domain of ownedDomains(snapshot)) {
      const labels = domainLabels(domain);
      const isActive = domain.id >= 0;
      const current = statistic(domain, 'balloon.current', KIBIBYTES_PER_BYTE);
      addSample(samples, 'maximum', labels, statistic(domain, 'balloon.maximum', KIBIBYTES_PER_BYTE));
      // A stopped domain has no memory, whatever its balloon was set to.
      addSample(samples, 'usage', labels, isActive ? current : 0);
      if (!isActive) continue;
      addSample(samples, 'balloon', labels, current);
      for (const [key, field] of KIBIBYTES)
        addSample(samples, key, labels, statistic(domain, field, KIBIBYTES_PER_BYTE));
      for (const [key, field] of NUMBERS) addSample(samples, key, labels, statistic(domain, field));
      const [available, usable] = [statistic(domain, 'balloon.available'), statistic(domain, 'balloon.usable')];
      if (available !== undefined && usable !== undefined && available > 0) {
        addSample(samples, 'usedPercent', labels, (100 * (available - usable)) / available);
      }
    }
    return samples;
  },
});
