import { known } from '../../host/reader.ts';
import type { ItemReading, Observation } from '../../model.ts';

/** A sensor of an IPMI BMC, in whichever program's words it came. */
export interface IpmiSensor {
  name: string;
  /** Absent for sensors that know states only, and for those that give no value now. */
  reading?: ItemReading;
  /** What a sensor of states means for its part; absent where it says nothing about health. */
  status?: Observation['status'];
  complaint?: string;
  isPowerSupply: boolean;
}

/**
 * Fans and power supplies become items of their own; every other sensor belongs to the chassis. `PS1 Status` and `PS1 Input Power` are one
 * supply's, by the word that they begin with.
 */
export function observationsOf(sensors: readonly IpmiSensor[]): Observation[] {
  const fans = sensors.filter(({ reading }) => reading?.name === 'fanSpeed' || reading?.name === 'fanRatio');
  const supplies = sensors.filter((sensor) => sensor.isPowerSupply && !fans.includes(sensor));
  const others = sensors.filter((sensor) => !fans.includes(sensor) && !supplies.includes(sensor));
  const prefixes = new Set(supplies.map(prefixOf));
  const chassisReadings = others.flatMap(({ reading }) => reading ?? []);
  return [
    ...fans.map(({ name, reading }): Observation => ({
      kind: 'fan',
      name: `ipmi ${name}`,
      location: name,
      readings: reading === undefined ? [] : [reading],
    })),
    ...[...prefixes].map((prefix) => {
      const ofSupply = supplies.filter((sensor) => prefixOf(sensor) === prefix);
      const worst =
        ofSupply.find(({ status }) => status === 'critical') ?? ofSupply.find(({ status }) => status !== undefined);
      return known<Observation>({
        kind: 'psu',
        name: `ipmi ${prefix}`,
        location: prefix,
        status: worst?.status,
        complaint: worst?.complaint,
        readings: ofSupply.flatMap(({ reading }) => reading ?? []),
      });
    }),
    ...(chassisReadings.length === 0
      ? []
      : [{ kind: 'chassis' as const, name: 'ipmi sensors', readings: chassisReadings }]),
  ];
}

function prefixOf({ name }: IpmiSensor): string {
  return name.split(/[\s_]+/)[0] ?? name;
}

/** The words of the IPMI specification's sensor type 08h (table 42-3), as both programs write them. */
export function powerSupplyStatus(states: string): Pick<IpmiSensor, 'status' | 'complaint'> | null {
  // A failure that is only predicted is none yet.
  const now = states.replace(/predictive failure/gi, '');
  if (/failure|fault|lost|out.of.range|error/i.test(now)) {
    return { status: 'critical', complaint: /lost/i.test(now) ? 'no-mains' : 'power-supply-failure' };
  }
  if (now !== states) return { status: 'warning', complaint: 'power-supply-predicted-failure' };
  // Without the state "present" the slot is empty.
  return /presen/i.test(states) ? { status: 'ok' } : null;
}

/** One line of comma separated values; a field in single or double quotes may hold commas. */
export function fieldsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|,)((?:'[^']*'(?: '[^']*')*)|"[^"]*"|[^,]*)/g)].map(([, field = '']) => field.trim());
}
