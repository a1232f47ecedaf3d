import { METRICS } from '@faultline/contracts';
import { HEALTHS, type HardwareItem } from '../hardware/model.ts';
import { counter, defineCollector, gauge, MILLISECONDS_PER_SECOND } from './collector.ts';

const ITEM = ['kind', 'id'] as const;

/** What the box is made of, whether each part is well, and which channel delivered it in this cycle (B1, B11, B15). */
export const hardware = defineCollector({
  name: 'hardware',
  source: 'hardware',
  stats: [],
  metrics: {
    info: gauge(METRICS.hardwareItemInfo, 'A part of the host, under its serial number or address; always 1.', [
      ...ITEM,
      'vendor',
      'model',
      'serial',
      'location',
    ]),
    health: gauge(METRICS.hardwareItemHealth, 'Whether the part is in this health: ok, warning, critical or unknown.', [
      ...ITEM,
      'health',
    ]),
    problem: gauge(METRICS.hardwareItemProblem, 'Why a part is not well; always 1.', [
      ...ITEM,
      'channel',
      'severity',
      'problem',
      'sensor',
    ]),
    channel: gauge(
      METRICS.hardwareItemChannel,
      'Whether the channel delivered the part in this cycle, of those that did before; none while the channel cannot tell.',
      [...ITEM, 'channel'],
    ),
    moves: counter(
      'faultline_hardware_item_location_changes_total',
      'Times that a part was found elsewhere than before, of those that were.',
      ITEM,
    ),
    channelSuccess: gauge(
      METRICS.hardwareChannelSuccess,
      'Whether this source of hardware delivered when it was asked last.',
      ['channel', 'source'],
    ),
    channelTimestamp: gauge(
      METRICS.hardwareChannelTimestamp,
      'When this source of hardware last delivered, in seconds since the epoch.',
      ['channel', 'source'],
    ),
    left: gauge('faultline_hardware_items_left_out', 'Parts that were left out, because there are too many.'),
  },
  parse: ({ readings }) => {
    const known = readings.hardware?.value;
    if (known === undefined) return [];
    return [
      ...known.items.flatMap((item) => {
        const of = itemLabels(item);
        const { vendor, model, serial, location } = item;
        return [
          {
            metric: 'info' as const,
            labels: { ...of, vendor, model, serial, location },
            value: 1,
          },
          ...HEALTHS.map((health) => ({
            metric: 'health' as const,
            labels: { ...of, health },
            value: item.health === health ? 1 : 0,
          })),
          ...item.problems.map(({ channel, severity, problem, sensor }) => ({
            metric: 'problem' as const,
            labels: { ...of, channel, severity, problem, ...(sensor !== undefined && { sensor }) },
            value: 1,
          })),
          ...Object.entries(item.channels).map(([channel, delivered]) => ({
            metric: 'channel' as const,
            labels: { ...of, channel },
            value: delivered ? 1 : 0,
          })),
          ...(item.moves > 0 ? [{ metric: 'moves' as const, labels: of, value: item.moves }] : []),
        ];
      }),
      ...known.sources.flatMap(({ channel, source, ok, at }) => [
        { metric: 'channelSuccess' as const, labels: { channel, source }, value: ok ? 1 : 0 },
        ...(at === null
          ? []
          : [
              { metric: 'channelTimestamp' as const, labels: { channel, source }, value: at / MILLISECONDS_PER_SECOND },
            ]),
      ]),
      { metric: 'left' as const, labels: {}, value: known.left },
    ];
  },
});

export function itemLabels({ kind, id }: HardwareItem): { kind: string; id: string } {
  return { kind, id };
}
