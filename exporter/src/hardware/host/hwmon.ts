import type { ItemReading, Kind, Limits, Observation, ReadingName } from '../model.ts';
import { integerOf } from './files.ts';
import { defineReader, known, readingOf } from './reader.ts';

/** One chip of /sys/class/hwmon. */
interface HwmonChip {
  /** `hwmon3`: may be another in the next boot. */
  entry: string;
  /** The driver's name for it, such as `coretemp`. */
  chip: string;
  /** The device that it measures, such as `coretemp.0`, `0000:5e:00.0` or `nvme0`; null for a chip without one. */
  device: string | null;
  /** Its disk's name in /dev, for drivetemp. */
  block: string | null;
  values: Readonly<Partial<Record<string, string>>>;
}

/** What the first letters of an attribute measure, and how many of its units make one of ours. */
const SENSORS: Readonly<Record<string, { reading: ReadingName; per: number }>> = {
  temp: { reading: 'temperature', per: 1000 },
  fan: { reading: 'fanSpeed', per: 1 },
  in: { reading: 'voltage', per: 1000 },
  curr: { reading: 'current', per: 1000 },
  power: { reading: 'power', per: 1_000_000 },
};
const ATTRIBUTE =
  /^(temp|fan|in|curr|power)(\d+)_(input|average|label|min|lcrit|max|crit|alarm|min_alarm|max_alarm|crit_alarm|lcrit_alarm|fault|enable)$/;

/** Chips by what they sit in; any other is on the board. */
const KIND_OF_CHIP: readonly [RegExp, Kind][] = [
  [/^(coretemp|k10temp|zenpower|k8temp|via_cputemp)$/, 'cpu'],
  [/^(nvme|drivetemp)$/, 'disk'],
  [/^(jc42|spd5118)$/, 'dimm'],
  [/^(pmbus|dps\w*|cffps|ibm-cffps|fsp-3y|bel-pfe|max34\w*|.*psu.*)$/i, 'psu'],
];

export const hwmon = defineReader({
  name: 'hwmon',
  lists: [],
  async read(files): Promise<HwmonChip[]> {
    const root = files.sys('class/hwmon');
    const entries = await files.list(root);
    return Promise.all(
      entries.map(async (entry): Promise<HwmonChip> => {
        const folder = `${root}/${entry}`;
        const names = (await files.list(folder)).filter((name) => ATTRIBUTE.test(name));
        const [values, chip, device, blocks] = await Promise.all([
          files.texts(folder, names),
          files.text(`${folder}/name`),
          files.linkName(`${folder}/device`),
          files.list(`${folder}/device/block`),
        ]);
        return { entry, chip: chip ?? entry, device, block: blocks[0] ?? null, values };
      }),
    );
  },
  parse: (chips: HwmonChip[]): Observation[] =>
    chips.flatMap((chip) => {
      const sensors = [...sensorsOf(chip)];
      if (sensors.length === 0) return [];
      const kind = KIND_OF_CHIP.find(([pattern]) => pattern.test(chip.chip))?.[1] ?? 'board';
      const fans = sensors.filter(({ name }) => name === 'fanSpeed');
      const others = sensors.filter(({ name }) => name !== 'fanSpeed');
      const whole = others.length === 0 ? [] : [known<Observation>({ ...placeOf(chip, kind), kind, readings: others })];
      return [
        ...whole,
        ...fans.map((fan): Observation => ({
          kind: 'fan',
          name: `${chip.chip} ${fan.sensor ?? ''}`.trim(),
          readings: [fan],
        })),
      ];
    }),
});

/** A disk's or processor's sensors belong to the item that other readers name the same; a board has one item for each chip. */
function placeOf({ chip, device, block, entry }: HwmonChip, kind: Kind): { name: string; location?: string } {
  if (kind === 'disk') {
    // nvme0 is the controller; its disk is nvme0n1, and /sys/block knows it by that name.
    const disk = block ?? (device !== null && /^nvme\d+$/.test(device) ? `${device}n1` : device);
    return { name: disk ?? entry };
  }
  const package_ = /^coretemp\.(\d+)$/.exec(device ?? '')?.[1];
  if (kind === 'cpu' && package_ !== undefined) return { name: `package ${package_}`, location: `package ${package_}` };
  const name = device === null ? chip : `${chip} ${device}`;
  return device === null ? { name } : { name, location: device };
}

function* sensorsOf({ values }: HwmonChip): Iterable<ItemReading> {
  const sensors = new Set(Object.keys(values).flatMap((name) => /^[a-z]+\d+/.exec(name)?.[0] ?? []));
  for (const sensor of sensors) {
    const kind = SENSORS[sensor.replace(/\d+$/, '')];
    const raw = (attribute: string): number | undefined => integerOf(values[`${sensor}_${attribute}`]);
    // A sensor that the driver calls broken or that is switched off measures nothing, whatever its number.
    if (kind === undefined || raw('fault') === 1 || raw('enable') === 0) continue;
    const { reading, per } = kind;
    const input = raw('input') ?? raw('average');
    const limits = limitsOf((attribute) => {
      const limit = raw(attribute);
      return limit === undefined ? undefined : limit / per;
    });
    const alarms = ['alarm', 'min_alarm', 'max_alarm', 'crit_alarm', 'lcrit_alarm'].flatMap((name) => raw(name) ?? []);
    yield* readingOf(reading, input === undefined ? undefined : input / per, {
      sensor: values[`${sensor}_label`] ?? sensor,
      limits,
      ...(alarms.length > 0 && { alarm: alarms.some((alarm) => alarm !== 0) }),
    });
  }
}

/**
 * A chip's limits as far as they can be meant: drivers give 0, or a maximum not above the minimum, where nobody has set one, and
 * values out of this world (an NVMe's 65 261 K) where there is none.
 */
function limitsOf(limit: (attribute: string) => number | undefined): Limits {
  const [min, max, crit, lcrit] = [limit('min'), limit('max'), limit('crit'), limit('lcrit')];
  const isMeant = (value: number | undefined): value is number => value !== undefined && value > 0 && value < 10_000;
  return known<Limits>({
    lowWarning: isMeant(min) && (max === undefined || min < max) ? min : undefined,
    lowCritical: isMeant(lcrit) ? lcrit : undefined,
    highWarning: isMeant(max) && (min === undefined || min < max) ? max : undefined,
    highCritical: isMeant(crit) && (max === undefined || !isMeant(max) || crit >= max) ? crit : undefined,
  });
}
