import { READINGS, type ReadingName } from '../hardware/model.ts';
import { defineCollector, type MetricFamily } from './collector.ts';
import { itemLabels } from './hardware.ts';

const LABELS = ['kind', 'id', 'sensor', 'channel'] as const;

/** All that is measured and counted at the parts of the host; one family for each row of `READINGS`. */
export const hardwareReadings = defineCollector({
  name: 'hardware_readings',
  source: 'hardware',
  stats: [],
  metrics: Object.fromEntries(
    Object.entries(READINGS).map(([name, { metric, type, help }]): [string, MetricFamily] => [
      name,
      { name: metric, type, help, labels: LABELS },
    ]),
  ) as Record<ReadingName, MetricFamily>,
  parse: ({ readings }) =>
    (readings.hardware?.value.items ?? []).flatMap((item) =>
      item.readings.map(({ name, sensor, channel, value }) => ({
        metric: name,
        labels: { ...itemLabels(item), ...(sensor !== undefined && { sensor }), channel },
        value,
      })),
    ),
});
