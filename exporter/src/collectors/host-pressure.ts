import { counter, defineCollector, gauge, sampleOf } from './collector.ts';

/** How short the host is of memory and time: what makes a healthy box fail its guests. */
export const hostPressure = defineCollector({
  name: 'host_pressure',
  source: 'hardware',
  stats: [],
  metrics: {
    total: gauge('faultline_host_memory_total_bytes', 'Memory of the host.'),
    available: gauge(
      'faultline_host_memory_available_bytes',
      'Memory that the host could give to a new program without swapping.',
    ),
    oomKills: counter(
      'faultline_host_oom_kills_total',
      'Processes that the kernel killed for want of memory, since the boot.',
    ),
    stalls: counter(
      'faultline_host_pressure_seconds_total',
      'Time in which some or all (full) tasks of the host waited for cpu, memory or io.',
      ['resource', 'tasks'],
    ),
  },
  parse: ({ readings }) => {
    const pressure = readings.hardware?.value.pressure;
    if (pressure === undefined) return [];
    return [
      ...sampleOf('total', {}, pressure.totalBytes ?? undefined),
      ...sampleOf('available', {}, pressure.availableBytes ?? undefined),
      ...sampleOf('oomKills', {}, pressure.oomKills ?? undefined),
      ...pressure.stalls.map(({ resource, tasks, seconds }) => ({
        metric: 'stalls' as const,
        labels: { resource, tasks },
        value: seconds,
      })),
    ];
  },
});
