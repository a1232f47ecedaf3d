import { known, readingOf } from '../../host/reader.ts';
import { numberOf } from '../../json.ts';
import type { ItemReading, Limits, Observation, ReadingName } from '../../model.ts';
import { fieldsOf, observationsOf, powerSupplyStatus, type IpmiSensor } from './sensor.ts';

const UNITS: Readonly<Record<string, ReadingName>> = {
  C: 'temperature',
  RPM: 'fanSpeed',
  '%': 'fanRatio',
  V: 'voltage',
  A: 'current',
  W: 'power',
};
const STATES: Readonly<Record<string, NonNullable<ItemReading['state']>>> = {
  Nominal: 'ok',
  Warning: 'warning',
  Critical: 'critical',
};

/** `ipmi-sensors --comma-separated-output --output-sensor-state --output-sensor-thresholds`, by the names in its first line. Pure. */
export function parseSensors(csv: string): Observation[] {
  const [header = '', ...lines] = csv.split('\n');
  const columns = fieldsOf(header);
  const sensors = lines.flatMap((line): IpmiSensor[] => {
    const fields = fieldsOf(line);
    const value = (column: string): string => fields[columns.indexOf(column)] ?? '';
    const number = (column: string): number | undefined =>
      value(column) === 'N/A' ? undefined : numberOf(value(column));
    const name = value('Name');
    const type = value('Type');
    if (name === '') return [];
    const unit = UNITS[value('Units')];
    const state = STATES[value('State')];
    // A percentage is a fan's only where the sensor is a fan's.
    if (unit === 'fanRatio' && type !== 'Fan') return [];
    const reading = unit === undefined ? undefined : number('Reading');
    if (unit !== undefined && reading !== undefined) {
      const limits = known<Limits>({
        lowWarning: number('Lower NC'),
        lowCritical: number('Lower C'),
        highWarning: number('Upper NC'),
        highCritical: number('Upper C'),
      });
      // A sensor all of whose limits are zero has none.
      const isLimited = Object.values(limits).some((limit) => limit !== 0);
      const [made] = readingOf(unit, unit === 'fanRatio' ? reading / 100 : reading, {
        sensor: name,
        ...(isLimited && unit !== 'fanRatio' && { limits }),
        ...(state !== undefined && { state }),
      });
      return made === undefined ? [] : [{ name, reading: made, isPowerSupply: type === 'Power Supply' }];
    }
    if (type !== 'Power Supply') return [];
    const status = powerSupplyStatus(value('Event'));
    return status === null ? [] : [{ name, isPowerSupply: true, ...status }];
  });
  return observationsOf(sensors);
}
