import {
  addSample,
  defineCollector,
  DOMAIN_LABELS,
  domainLabels,
  gauge,
  MILLISECONDS_PER_SECOND,
  ownedDomains,
  type MetricFamily,
  type Sample,
} from './collector.ts';

/** virDomainJobType, in the order of its numbers. */
const JOB_TYPES = ['none', 'bounded', 'unbounded', 'completed', 'failed', 'cancelled'] as const;

const ofJob = (name: string, help: string) => gauge(`libvirt_domain_job_info_${name}`, help, DOMAIN_LABELS);

/** virDomainGetJobStats' own names, and what one second or byte is in them. */
const VALUES: Readonly<Record<string, { field: string; per?: number; family: MetricFamily }>> = {
  elapsed: {
    field: 'time_elapsed',
    per: MILLISECONDS_PER_SECOND,
    family: ofJob('time_elapsed_seconds', 'For how long the job has been running.'),
  },
  remaining: {
    field: 'time_remaining',
    per: MILLISECONDS_PER_SECOND,
    family: ofJob('time_remaining_seconds', 'For how long the job will run, where libvirt guesses it.'),
  },
  dataTotal: { field: 'data_total', family: ofJob('data_total_bytes', 'Bytes that the job moves in all.') },
  dataProcessed: { field: 'data_processed', family: ofJob('data_processed_bytes', 'Bytes that it moved.') },
  dataRemaining: { field: 'data_remaining', family: ofJob('data_remaining_bytes', 'Bytes that are left.') },
  memoryTotal: { field: 'memory_total', family: ofJob('memory_total_bytes', 'Bytes of memory to move in all.') },
  memoryProcessed: { field: 'memory_processed', family: ofJob('memory_processed_bytes', 'Bytes of memory moved.') },
  memoryRemaining: { field: 'memory_remaining', family: ofJob('memory_remaining_bytes', 'Bytes of memory left.') },
  fileTotal: { field: 'disk_total', family: ofJob('file_total_bytes', 'Bytes of disks to move in all.') },
  fileProcessed: { field: 'disk_processed', family: ofJob('file_processed_bytes', 'Bytes of disks moved.') },
  fileRemaining: { field: 'disk_remaining', family: ofJob('file_remaining_bytes', 'Bytes of disks left.') },
  throughput: { field: 'memory_bps', family: ofJob('memory_bytes_per_second', 'Memory moved a second.') },
  dirtyRate: {
    field: 'memory_dirty_rate',
    family: ofJob('memory_dirty_rate_pages_per_second', 'Pages a second that the guest writes to during a migration.'),
  },
  pageSize: { field: 'memory_page_size', family: ofJob('memory_page_size_bytes', 'Size of such a page.') },
  iteration: {
    field: 'memory_iteration',
    family: ofJob('memory_iteration', 'How often the migration has gone through the memory.'),
  },
  downtime: {
    field: 'downtime',
    per: MILLISECONDS_PER_SECOND,
    family: ofJob('downtime_seconds', 'For how long the guest stands still at the end, as expected or as it was.'),
  },
  throttle: {
    field: 'auto_converge_throttle',
    family: ofJob('auto_converge_throttle_percent', 'By how much the guest is slowed down so that the migration ends.'),
  },
};

/**
 * The job that a domain is busy with: a migration, a save, a dump, a backup. Its series end with it; only the type stays, at 0.
 * Nothing of a domain that is stopped, or whose job libvirt could not be asked about.
 */
export const domainJob = defineCollector({
  name: 'domain_job',
  source: 'statistics',
  // Its resident memory tells whether a domain's job can be asked for: see `readJobs`.
  stats: ['balloon'],
  metrics: {
    type: ofJob('type', 'virDomainJobType: 0 none, 1 with a known end, 2 without, 3 completed, 4 failed, 5 cancelled.'),
    operation: gauge('libvirt_domain_job_operation_info', 'What the job is that is running; always 1.', [
      ...DOMAIN_LABELS,
      'operation',
    ]),
    ...Object.fromEntries(Object.entries(VALUES).map(([key, { family }]) => [key, family])),
  },
  parse: (snapshot) => {
    const samples: Sample[] = [];
    for (const domain of ownedDomains(snapshot)) {
      if (domain.job === null) continue;
      const { type, operation, values } = domain.job;
      const labels = domainLabels(domain);
      addSample(samples, 'type', labels, JOB_TYPES.indexOf(type));
      if (type === 'none') continue;
      addSample(samples, 'operation', { ...labels, operation: operation ?? 'unknown' }, 1);
      for (const [key, { field, per = 1 }] of Object.entries(VALUES)) {
        const value = values.get(field);
        if (typeof value === 'number' || typeof value === 'bigint')
          addSample(samples, key, labels, Number(value) / per);
      }
    }
    return samples;
  },
});
