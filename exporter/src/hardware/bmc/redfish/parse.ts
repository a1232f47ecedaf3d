import { known, readingOf } from '../../host/reader.ts';
import { macIdentity, meaningful, nameIdentity } from '../../identity.ts';
import { at, listOf, numberOf, objectOf, textOf, type Json } from '../../json.ts';
import type { ItemReading, Kind, Limits, Observation, ReadingName } from '../../model.ts';
import type { RedfishTree } from './walk.ts';

/** What a Redfish service says of the hardware. A member it lacks, or gives as null, is not known. Pure. */
export function parseRedfish({ chassis, systems, managers }: RedfishTree): Observation[] {
  return [
    ...systems.flatMap(({ resource, processors, memory, drives, interfaces }) => [
      ...part('board', resource, { name: 'system', identities: [nameIdentity(textOf(resource['UUID']))] }),
      ...processors
        .filter(({ ProcessorType }) => ProcessorType === undefined || ProcessorType === null || ProcessorType === 'CPU')
        .flatMap((each) => part('cpu', each, { location: textOf(each['Socket']) })),
      ...memory.flatMap((each) =>
        part('dimm', each, { location: textOf(each['DeviceLocator']) ?? textOf(each['Id']) }),
      ),
      ...drives.flatMap(drive),
      ...interfaces.flatMap(networkInterface),
    ]),
    ...chassis.flatMap((each) => [
      ...boardSensors(each),
      ...[...listOf(each.thermal['Fans']).map(objectOf), ...each.fans].flatMap(fan),
      ...[...listOf(each.power['PowerSupplies']).map(objectOf), ...each.powerSupplies].flatMap(powerSupply),
    ]),
    ...managers.flatMap((manager) => part('bmc', manager, { identities: [nameIdentity(textOf(manager['UUID']))] })),
  ];
}

interface More {
  name?: string | undefined;
  location?: string | undefined;
  identities?: (string | undefined)[];
  readings?: ItemReading[];
}

/** An item from the properties that resources of all schemas share. An empty slot is a resource too, with the state `Absent`. */
function part(kind: Kind, resource: Json, more: More = {}): Observation[] {
  if (isAbsent(resource)) return [];
  const { name, location, identities = [], readings = [] } = more;
  const id = textOf(resource['Id']) ?? textOf(resource['MemberId']);
  // Collections of several chassis may use one Id; the path is its own.
  const path = textOf(resource['@odata.id']);
  return [
    known<Observation>({
      kind,
      name: name ?? path?.replace(/^\/redfish\/v1\//, '') ?? id ?? textOf(resource['Name']) ?? kind,
      vendor: meaningful(textOf(resource['Manufacturer'])),
      model: meaningful(textOf(resource['Model'])),
      serial: meaningful(textOf(resource['SerialNumber'])),
      identities: identities.filter((identity) => identity !== undefined),
      location: meaningful(
        textOf(at(resource, 'Location.PartLocation.ServiceLabel')) ??
          textOf(at(resource, 'PhysicalLocation.PartLocation.ServiceLabel')) ??
          location,
      ),
      status: statusOf(resource),
      readings,
    }),
  ];
}

function isAbsent(resource: Json): boolean {
  return textOf(at(resource, 'Status.State')) === 'Absent';
}

/** The resource's own health; a roll-up would accuse one part for another. Switched off is no statement. */
function statusOf(resource: Json): Observation['status'] {
  const healths = { ok: 'ok', warning: 'warning', critical: 'critical' } as const;
  return healths[(textOf(at(resource, 'Status.Health')) ?? '').toLowerCase() as keyof typeof healths];
}

function drive(resource: Json): Observation[] {
  const lifeLeft = numberOf(resource['PredictedMediaLifeLeftPercent']);
  const predicted = resource['FailurePredicted'];
  const names = listOf(resource['Identifiers']).map((identifier) =>
    nameIdentity(textOf(objectOf(identifier)['DurableName'])),
  );
  return part('disk', resource, {
    identities: names,
    location: textOf(resource['Name']),
    readings: [
      ...readingOf('smartPassed', typeof predicted === 'boolean' ? Number(!predicted) : undefined),
      ...readingOf('wear', lifeLeft === undefined ? undefined : (100 - lifeLeft) / 100),
      ...readingOf('diskSize', numberOf(resource['CapacityBytes'])),
    ],
  });
}

function networkInterface(resource: Json): Observation[] {
  const megabits = numberOf(resource['SpeedMbps']);
  const link = textOf(resource['LinkStatus']);
  return part('nic', resource, {
    identities: [macIdentity(textOf(resource['PermanentMACAddress']) ?? textOf(resource['MACAddress']))],
    location: textOf(resource['Id']),
    readings: [
      ...readingOf('carrier', link === 'LinkUp' ? 1 : link === 'LinkDown' || link === 'NoLink' ? 0 : undefined),
      ...readingOf('speed', megabits === undefined || megabits <= 0 ? undefined : megabits * 125_000),
      ...readingOf(
        'fullDuplex',
        typeof resource['FullDuplex'] === 'boolean' ? Number(resource['FullDuplex']) : undefined,
      ),
    ],
  });
}

function fan(resource: Json): Observation[] {
  const name = textOf(resource['Name']) ?? textOf(resource['FanName']);
  const speed = numberOf(resource['Reading']);
  const isShare = /percent|%/i.test(textOf(resource['ReadingUnits']) ?? '');
  // The newer Fan gives the share in SpeedPercent.Reading, and the revolutions beside it.
  const share = numberOf(at(resource, 'SpeedPercent.Reading')) ?? (isShare ? speed : undefined);
  const rpm = numberOf(at(resource, 'SpeedPercent.SpeedRPM')) ?? (isShare ? undefined : speed);
  return part('fan', resource, {
    location: name,
    readings: [
      ...readingOf('fanSpeed', rpm, { limits: isShare ? {} : limitsOf(resource) }),
      ...readingOf('fanRatio', share === undefined ? undefined : share / 100),
    ],
  });
}

function powerSupply(resource: Json): Observation[] {
  return part('psu', resource, {
    location: textOf(resource['Name']),
    readings: [
      ...readingOf('power', numberOf(resource['PowerInputWatts']) ?? numberOf(resource['LastPowerOutputWatts'])),
      ...readingOf('voltage', numberOf(resource['LineInputVoltage'])),
    ],
  });
}

const OF_UNITS: Readonly<Record<string, ReadingName>> = {
  Cel: 'temperature',
  V: 'voltage',
  A: 'current',
  W: 'power',
};

/** The sensors of a chassis: they name what they measure, but belong to no part that has a serial number. */
function boardSensors({ resource, thermal, power, sensors }: RedfishTree['chassis'][number]): Observation[] {
  const present = (list: unknown): Json[] =>
    listOf(list)
      .map(objectOf)
      .filter((each) => !isAbsent(each));
  const older =
    (name: ReadingName, value: string) =>
    (sensor: Json): ItemReading[] =>
      reading(name, sensor, numberOf(sensor[value]), limitsOf(sensor));
  const readings = [
    ...present(thermal['Temperatures']).flatMap(older('temperature', 'ReadingCelsius')),
    ...present(power['Voltages']).flatMap(older('voltage', 'ReadingVolts')),
    ...present(power['PowerControl']).flatMap((control) =>
      reading('power', control, numberOf(control['PowerConsumedWatts']), {}),
    ),
    ...sensors
      .filter((sensor) => !isAbsent(sensor))
      .flatMap((sensor) => {
        const name = OF_UNITS[textOf(sensor['ReadingUnits']) ?? ''];
        return name === undefined ? [] : reading(name, sensor, numberOf(sensor['Reading']), thresholdsOf(sensor));
      }),
  ];
  return part('board', resource, { readings });
}

/** A sensor's own health is its alarm: firmware knows its limits better than it tells them. */
function reading(name: ReadingName, sensor: Json, value: number | undefined, limits: Limits): ItemReading[] {
  const status = statusOf(sensor);
  const label = textOf(sensor['Name']) ?? textOf(sensor['MemberId']) ?? textOf(sensor['Id']);
  return readingOf(name, value, {
    ...(label !== undefined && { sensor: label }),
    limits,
    ...(status !== undefined && { alarm: status !== 'ok' }),
  });
}

function limitsOf(sensor: Json): Limits {
  return known<Limits>({
    lowWarning: limit(sensor['LowerThresholdNonCritical']),
    lowCritical: limit(sensor['LowerThresholdCritical']),
    highWarning: limit(sensor['UpperThresholdNonCritical']),
    highCritical: limit(sensor['UpperThresholdCritical']),
  });
}

function thresholdsOf(sensor: Json): Limits {
  const threshold = (name: string): number | undefined => limit(at(sensor, `Thresholds.${name}.Reading`));
  return known<Limits>({
    lowWarning: threshold('LowerCaution'),
    lowCritical: threshold('LowerCritical'),
    highWarning: threshold('UpperCaution'),
    highCritical: threshold('UpperCritical'),
  });
}

/** Some firmware writes 0 where it has no limit. */
function limit(value: unknown): number | undefined {
  const number = numberOf(value);
  return number === 0 ? undefined : number;
}
