import { meaningful } from '../identity.ts';
import type { Observation } from '../model.ts';
import { integerOf } from './files.ts';
import { defineReader, known, readingOf } from './reader.ts';

const FIELDS = [
  'type',
  'scope',
  'online',
  'health',
  'manufacturer',
  'model_name',
  'serial_number',
  'voltage_now',
  'current_now',
  'power_now',
  'temp',
] as const;

interface PowerSupply {
  name: string;
  values: Partial<Record<(typeof FIELDS)[number], string>>;
}

const MICRO = 1_000_000;

/** Power supplies that the kernel itself drives: rare in servers, whose supplies mostly answer to the BMC only. */
export const powerSupply = defineReader({
  name: 'power_supply',
  lists: [],
  async read(files): Promise<PowerSupply[]> {
    const root = files.sys('class/power_supply');
    const names = await files.list(root);
    return Promise.all(names.map(async (name) => ({ name, values: await files.texts(`${root}/${name}`, FIELDS) })));
  },
  parse: (supplies: PowerSupply[]): Observation[] =>
    supplies
      // A battery is no supply, and scope `Device` is a mouse's or a headset's.
      .filter(({ values }) => /^(Mains|UPS)$/.test(values.type ?? '') && values.scope !== 'Device')
      .map(({ name, values }) =>
        known<Observation>({
          kind: 'psu',
          name,
          vendor: meaningful(values.manufacturer),
          model: meaningful(values.model_name),
          serial: meaningful(values.serial_number),
          status: statusOf(values.health),
          readings: [
            ...readingOf('inputPresent', integerOf(values.online)),
            ...readingOf('voltage', per(values.voltage_now, MICRO)),
            ...readingOf('current', per(values.current_now, MICRO)),
            ...readingOf('power', per(values.power_now, MICRO)),
            ...readingOf('temperature', per(values.temp, 10)),
          ],
        }),
      ),
});

function per(text: string | undefined, divisor: number): number | undefined {
  const value = integerOf(text);
  return value === undefined ? undefined : value / divisor;
}

function statusOf(health: string | undefined): Observation['status'] {
  if (health === undefined || health === 'Unknown') return undefined;
  if (health === 'Good') return 'ok';
  return /^(Warm|Cool|Cold|Hot)$/.test(health) ? 'warning' : 'critical';
}
