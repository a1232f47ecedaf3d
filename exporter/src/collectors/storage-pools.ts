import { addSample, defineCollector, gauge, MILLISECONDS_PER_SECOND, type Sample } from './collector.ts';

/** virStoragePoolState, in the order of its numbers. */
const POOL_STATES: readonly string[] = ['inactive', 'building', 'running', 'degraded', 'inaccessible'];

const POOL_LABELS = ['storage_pool'] as const;

const METRICS_OF_POOLS = {
  state: gauge(
    'libvirt_storage_pool_state',
    'virStoragePoolState: 0 inactive, 1 building, 2 running, 3 degraded, 4 inaccessible.',
    POOL_LABELS,
  ),
  capacity: gauge('libvirt_storage_pool_capacity_bytes', 'Size of the pool.', POOL_LABELS),
  allocation: gauge('libvirt_storage_pool_allocation_bytes', 'What of it is taken.', POOL_LABELS),
  available: gauge('libvirt_storage_pool_available_bytes', 'What of it is left.', POOL_LABELS),
  timedOut: gauge(
    'libvirt_storage_pool_timed_out',
    'Whether libvirt did not answer about the pool in time.',
    POOL_LABELS,
  ),
  timestamp: gauge(
    'libvirt_storage_pools_timestamp_seconds',
    'When the pools were last read, in seconds since the epoch: their age.',
  ),
};

/** Pools that libvirt knows, as of their last refresh. They have a schedule of their own, as their storage may hang. */
export const storagePools = defineCollector({
  name: 'storage_pools',
  source: 'storagePools',
  stats: [],
  metrics: METRICS_OF_POOLS,
  parse: ({ readings: { storagePools: reading } }) => {
    const samples: Sample<keyof typeof METRICS_OF_POOLS>[] = [];
    if (reading === undefined) return samples;
    addSample(samples, 'timestamp', {}, reading.at / MILLISECONDS_PER_SECOND);
    for (const { name, info, timedOut } of reading.value) {
      const labels = { storage_pool: name };
      addSample(samples, 'timedOut', labels, timedOut ? 1 : 0);
      if (info === null) continue;
      const code = POOL_STATES.indexOf(info.state);
      addSample(samples, 'state', labels, code < 0 ? undefined : code);
      addSample(samples, 'capacity', labels, info.capacityBytes);
      addSample(samples, 'allocation', labels, info.allocationBytes);
      addSample(samples, 'available', labels, info.availableBytes);
    }
    return samples;
  },
});
