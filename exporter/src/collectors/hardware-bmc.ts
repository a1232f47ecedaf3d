import { defineCollector, gauge } from './collector.ts';

/** Switches the reading of the BMC; what it says is part of `hardware` and `hardware_readings`. */
export const hardwareBmc = defineCollector({
  name: 'hardware_bmc',
  source: 'bmc',
  stats: [],
  metrics: {
    items: gauge('faultline_hardware_bmc_items', 'Parts that the BMC delivered when it last answered.'),
  },
  parse: ({ readings }) =>
    readings.bmc === undefined ? [] : [{ metric: 'items', labels: {}, value: readings.bmc.value.observations.length }],
});
