import { known, readingOf } from '../../host/reader.ts';
import { meaningful } from '../../identity.ts';
import { numberOf } from '../../json.ts';
import type { ItemReading, Kind, Observation, ReadingName } from '../../model.ts';
import { fieldsOf, observationsOf, powerSupplyStatus, type IpmiSensor } from './sensor.ts';

const UNITS: Readonly<Record<string, ReadingName>> = {
  'degrees C': 'temperature',
  RPM: 'fanSpeed',
  Volts: 'voltage',
  Amps: 'current',
  Watts: 'power',
};

/** ipmitool's words for where a reading lies: below or above (l, u) a limit that is non-critical, critical, non-recoverable. */
const STATES: Readonly<Record<string, NonNullable<ItemReading['state']>>> = {
  ok: 'ok',
  nc: 'warning',
  lnc: 'warning',
  unc: 'warning',
  cr: 'critical',
  lcr: 'critical',
  ucr: 'critical',
  nr: 'critical',
  lnr: 'critical',
  unr: 'critical',
};

/** `ipmitool -c sdr elist all`: name, value, unit, state of those with a value; name, number, state, entity, states of the others. Pure. */
export function parseSensors(csv: string): Observation[] {
  const sensors = csv.split('\n').flatMap((line): IpmiSensor[] => {
    const [name = '', value = '', third = '', fourth = '', ...rest] = fieldsOf(line);
    if (name === '') return [];
    const unit = UNITS[third];
    if (unit !== undefined) {
      const number = numberOf(value);
      // `ns`: the sensor gives no reading now.
      const state = STATES[fourth];
      const [reading] = readingOf(unit, fourth === 'ns' ? undefined : number, {
        sensor: name,
        ...(state !== undefined && { state }),
      });
      return reading === undefined
        ? []
        : [{ name, reading, isPowerSupply: /^(PS|PSU|Power Supply)[\s_]*\d/i.test(name) }];
    }
    // Entity 10 is a power supply (IPMI 2.0, table 43-13).
    if (!/^10\.\d+$/.test(fourth)) return [];
    const status = powerSupplyStatus(rest.join(', '));
    return status === null ? [] : [{ name, isPowerSupply: true, ...status }];
  });
  return observationsOf(sensors);
}

const KIND_OF_FRU: readonly [RegExp, Kind][] = [
  [/\b(ps|psu|pws|power supply)[\s_]*\d*/i, 'psu'],
  [/dimm/i, 'dimm'],
  [/\b(cpu|processor)/i, 'cpu'],
];

/** `ipmitool fru print`: blocks of `name : value` lines. The built-in one is the system. Pure. */
export function parseFru(text: string): Observation[] {
  return text.split(/\n(?=FRU Device Description)/).flatMap((block) => {
    const values = new Map(
      block.split('\n').flatMap((line) => {
        const [, key, value] = /^\s*([^:]+?)\s*: (.*)$/.exec(line) ?? [];
        return key === undefined || value === undefined ? [] : [[key, value] as const];
      }),
    );
    const title = values.get('FRU Device Description');
    const [, description, id] = /^(.*?) \(ID (\d+)\)$/.exec(title ?? '') ?? [];
    if (description === undefined || id === undefined || values.size < 2) return [];
    const isSystem = id === '0';
    const kind = isSystem ? 'board' : KIND_OF_FRU.find(([pattern]) => pattern.test(description))?.[1];
    // Risers and backplanes have no kind of their own here.
    if (kind === undefined) return [];
    const pick = (...names: string[]): string | undefined =>
      names.map((name) => meaningful(values.get(name))).find((value) => value !== undefined);
    return [
      known<Observation>({
        kind,
        name: isSystem ? 'system' : `ipmi ${description.split(/[\s_]+/)[0] ?? description}`,
        vendor: pick('Product Manufacturer', 'Board Mfg'),
        model: pick('Product Name', 'Board Product'),
        serial: pick('Product Serial', 'Board Serial'),
        location: isSystem ? undefined : description,
      }),
    ];
  });
}
