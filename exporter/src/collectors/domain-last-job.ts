import {
  addSample,
  defineCollector,
  DOMAIN_LABELS,
  domainLabels,
  gauge,
  MILLISECONDS_PER_SECOND,
  type Sample,
} from './collector.ts';

const LABELS = [...DOMAIN_LABELS, 'operation'] as const;
const ofJob = (name: string, help: string) => gauge(`libvirt_domain_last_job_${name}`, help, LABELS);

const METRICS_OF_LAST_JOB = {
  timestamp: ofJob('timestamp_seconds', 'When a job of the domain last ended, in seconds since the epoch.'),
  success: ofJob('success', 'Whether that job succeeded, where libvirt told it.'),
  elapsed: ofJob('time_elapsed_seconds', 'How long it took.'),
  downtime: ofJob('downtime_seconds', 'For how long the guest stood still at its end.'),
  total: ofJob('data_total_bytes', 'Bytes that it moved in all.'),
};

/**
 * The last dump, backup or migration that ended, since the exporter started. A migration's is on the host that the domain left, as
 * long as that one keeps the definition: hence also of domains that the host no longer owns.
 */
export const domainLastJob = defineCollector({
  name: 'domain_last_job',
  source: 'state',
  stats: [],
  metrics: METRICS_OF_LAST_JOB,
  parse: ({ domains }) => {
    const samples: Sample<keyof typeof METRICS_OF_LAST_JOB>[] = [];
    for (const domain of domains) {
      if (domain.lastJob === null) continue;
      const { at, operation, values } = domain.lastJob;
      const labels = { ...domainLabels(domain), operation: operation ?? 'unknown' };
      const number = (field: string, per = 1): number | undefined => {
        const value = values.get(field);
        return typeof value === 'number' || typeof value === 'bigint' ? Number(value) / per : undefined;
      };
      const success = values.get('success');
      addSample(samples, 'timestamp', labels, at / MILLISECONDS_PER_SECOND);
      addSample(samples, 'success', labels, typeof success === 'boolean' ? Number(success) : undefined);
      addSample(samples, 'elapsed', labels, number('time_elapsed', MILLISECONDS_PER_SECOND));
      addSample(samples, 'downtime', labels, number('downtime', MILLISECONDS_PER_SECOND));
      addSample(samples, 'total', labels, number('data_total'));
    }
    return samples;
  },
});
