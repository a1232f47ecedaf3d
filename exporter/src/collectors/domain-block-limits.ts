import { LIMITS, type Limit } from '../description/disks.ts';
import {
  addSample,
  defineCollector,
  DOMAIN_LABELS,
  domainLabels,
  gauge,
  ownedDomains,
  type Sample,
} from './collector.ts';

const LABELS = [...DOMAIN_LABELS, 'target_device'] as const;
const limit = (name: string, help: string) => gauge(`libvirt_domain_block_stats_${name}`, help, LABELS);

/** Tinkoff's names, each for the element of `<iotune>` that it is. */
const METRICS_OF_LIMITS: Record<Limit, ReturnType<typeof limit>> = {
  total_bytes_sec: limit('limit_total_bytes', 'Bytes a second that the disk may move.'),
  read_bytes_sec: limit('limit_read_bytes', 'Bytes a second that the guest may read.'),
  write_bytes_sec: limit('limit_write_bytes', 'Bytes a second that the guest may write.'),
  total_iops_sec: limit('limit_total_requests', 'Requests a second that the guest may make.'),
  read_iops_sec: limit('limit_read_requests', 'Read requests a second that the guest may make.'),
  write_iops_sec: limit('limit_write_requests', 'Write requests a second that the guest may make.'),
  total_bytes_sec_max: limit('limit_burst_total_bytes', 'Bytes a second that the disk may move in a burst.'),
  read_bytes_sec_max: limit('limit_burst_read_bytes', 'Bytes a second that the guest may read in a burst.'),
  write_bytes_sec_max: limit('limit_burst_write_bytes', 'Bytes a second that the guest may write in a burst.'),
  total_iops_sec_max: limit('limit_burst_total_requests', 'Requests a second that the guest may make in a burst.'),
  read_iops_sec_max: limit('limit_burst_read_requests', 'Read requests a second in a burst.'),
  write_iops_sec_max: limit('limit_burst_write_requests', 'Write requests a second in a burst.'),
  total_bytes_sec_max_length: limit('limit_burst_total_bytes_length_seconds', 'How long such a burst may last.'),
  read_bytes_sec_max_length: limit('limit_burst_read_bytes_length_seconds', 'How long such a burst may last.'),
  write_bytes_sec_max_length: limit('limit_burst_write_bytes_length_seconds', 'How long such a burst may last.'),
  total_iops_sec_max_length: limit('limit_burst_length_total_requests_seconds', 'How long such a burst may last.'),
  read_iops_sec_max_length: limit('limit_burst_length_read_requests_seconds', 'How long such a burst may last.'),
  write_iops_sec_max_length: limit('limit_burst_length_write_requests_seconds', 'How long such a burst may last.'),
  size_iops_sec: limit('size_iops_bytes', 'Size up to which a request counts as one.'),
};

/** Only limits that are set: no series is no limit. From the XML, so that they cost no call. */
export const domainBlockLimits = defineCollector({
  name: 'domain_block_limits',
  source: 'state',
  stats: [],
  metrics: METRICS_OF_LIMITS,
  parse: (snapshot) => {
    const samples: Sample<Limit>[] = [];
    for (const domain of ownedDomains(snapshot)) {
      for (const { targetDevice, limits } of domain.description?.disks ?? []) {
        if (limits.size === 0) continue;
        const labels = { ...domainLabels(domain), target_device: targetDevice };
        for (const name of LIMITS) addSample(samples, name, labels, limits.get(name));
      }
    }
    return samples;
  },
});
