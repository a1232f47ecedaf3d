import { defineCollector, gauge } from './collector.ts';

/** Switches the reading of SMART values; the values themselves are the disks' (`hardware_readings`). */
export const hardwareSmart = defineCollector({
  name: 'hardware_smart',
  source: 'smart',
  stats: [],
  metrics: {
    disks: gauge('faultline_hardware_smart_disks', 'Disks that have SMART values.'),
  },
  parse: ({ readings }) =>
    readings.smart === undefined
      ? []
      : [{ metric: 'disks', labels: {}, value: readings.smart.value.observations.length }],
});
