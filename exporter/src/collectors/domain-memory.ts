import {
  counter,
  defineCollector,
  DOMAIN_LABELS,
  domainLabels,
  gauge,
  KIBIBYTES_PER_BYTE,
  sampleOf,
  statistic,
} from './collector.ts';

/** What the balloon device and the hypervisor know of memory. Guest-side values need the guest's balloon driver. */
export const domainMemory = defineCollector({
  name: 'domain_memory',
  source: 'statistics',
  stats: ['balloon'],
  metrics: {
    maximum: gauge(
      'libvirt_domain_info_maximum_memory_bytes',
      'Memory that the domain may have at most.',
      DOMAIN_LABELS,
    ),
    usage: gauge('libvirt_domain_info_memory_usage_bytes', 'Memory that the domain has now.', DOMAIN_LABELS),
    balloon: gauge('libvirt_domain_memory_stats_actual_balloon_bytes', 'Size of the balloon.', DOMAIN_LABELS),
    available: gauge(
      'libvirt_domain_memory_stats_available_bytes',
      'Memory as the guest sees it: all that its kernel can use.',
      DOMAIN_LABELS,
    ),
    usable: gauge(
      'libvirt_domain_memory_stats_usable_bytes',
      'Memory that the guest could give to a new program without swapping.',
      DOMAIN_LABELS,
    ),
    unused: gauge('libvirt_domain_memory_stats_unused_bytes', 'Memory that the guest leaves unused.', DOMAIN_LABELS),
    diskCache: gauge(
      'libvirt_domain_memory_stats_disk_cache_bytes',
      'Memory that the guest uses to cache disks and can give back.',
      DOMAIN_LABELS,
    ),
    rss: gauge(
      'libvirt_domain_memory_stats_rss_bytes',
      'Resident memory of the process that runs the domain on the host.',
      DOMAIN_LABELS,
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
    swapIn: counter(
      'libvirt_domain_memory_stats_swap_in_bytes_total',
      'Memory that the guest read back from swap.',
      DOMAIN_LABELS,
    ),
    swapOut: counter(
      'libvirt_domain_memory_stats_swap_out_bytes_total',
      'Memory that the guest wrote to swap.',
      DOMAIN_LABELS,
    ),
  },
  parse: ({ domains }) =>
    domains.flatMap((domain) => {
      const labels = domainLabels(domain);
      const current = statistic(domain, 'balloon.current', KIBIBYTES_PER_BYTE);
      const bytes = (field: string) => statistic(domain, `balloon.${field}`, KIBIBYTES_PER_BYTE);
      return [
        ...sampleOf('maximum', labels, bytes('maximum')),
        // A stopped domain has no memory, whatever its balloon was set to.
        ...sampleOf('usage', labels, domain.id < 0 ? undefined : current),
        ...sampleOf('balloon', labels, domain.id < 0 ? undefined : current),
        ...sampleOf('available', labels, bytes('available')),
        ...sampleOf('usable', labels, bytes('usable')),
        ...sampleOf('unused', labels, bytes('unused')),
        ...sampleOf('diskCache', labels, bytes('disk_caches')),
        ...sampleOf('rss', labels, bytes('rss')),
        ...sampleOf('majorFaults', labels, statistic(domain, 'balloon.major_fault')),
        ...sampleOf('minorFaults', labels, statistic(domain, 'balloon.minor_fault')),
        ...sampleOf('swapIn', labels, bytes('swap_in')),
        ...sampleOf('swapOut', labels, bytes('swap_out')),
      ];
    }),
});
