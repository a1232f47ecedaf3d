import { at, listOf, numberOf, objectOf, textOf, type Json } from '../json.ts';
import { meaningful, nameIdentity } from '../identity.ts';
import type { ItemReading, Observation, ReadingName } from '../model.ts';
import { known, readingOf } from '../host/reader.ts';

/**
 * smartctl's exit code is eight bits (smartctl(8), EXIT STATUS). The lower three say that the disk was not read, or not wholly;
 * the upper ones are what it says of the disk, and no failure to read it.
 */
export const EXIT_BITS = {
  badCommandLine: 0x01,
  /** It could not be opened, did not identify itself, or sleeps (`-n standby`). */
  notOpened: 0x02,
  /** A command failed, or a checksum was wrong: part of the answer may be missing. */
  commandFailed: 0x04,
  /** The disk itself says that it is failing. */
  failing: 0x08,
  prefailAttributes: 0x10,
  attributesInThePast: 0x20,
  errorLog: 0x40,
  selfTestLog: 0x80,
} as const;

export type SmartOutcome =
  | { result: 'read'; observation: Observation }
  /** It sleeps and was left asleep: its values of before still hold. */
  | { result: 'asleep' }
  /** It has no SMART: a virtual disk, a RAID controller's volume, a USB stick. */
  | { result: 'none' }
  | { result: 'failed'; message: string };

const STANDBY = /\b(STANDBY|SLEEP|low-power)\b/i;

/** What one call of `smartctl --json` said of one disk. Pure. */
export function parseSmart(device: { name: string; type: string }, exitCode: number, stdout: string): SmartOutcome {
  let answer: Json;
  try {
    answer = objectOf(JSON.parse(stdout));
  } catch {
    return { result: 'failed', message: `exit code ${exitCode}, and no JSON` };
  }
  const messages = listOf(at(answer, 'smartctl.messages')).flatMap(
    (message) => textOf(objectOf(message)['string']) ?? [],
  );
  const said = messages.join('; ');
  if (
    (exitCode & EXIT_BITS.notOpened) !== 0 &&
    (STANDBY.test(said) || STANDBY.test(textOf(at(answer, 'power_mode.name')) ?? ''))
  ) {
    return { result: 'asleep' };
  }
  if ((exitCode & EXIT_BITS.badCommandLine) !== 0) {
    return /unable to detect device type|unknown usb bridge/i.test(said)
      ? { result: 'none' }
      : { result: 'failed', message: said };
  }
  if ((exitCode & EXIT_BITS.notOpened) !== 0) return { result: 'failed', message: said || 'it cannot be opened' };
  if (at(answer, 'smart_support.available') === false) return { result: 'none' };
  const readings = readingsOf(answer);
  if (readings.length === 0) return { result: 'none' };
  return {
    result: 'read',
    observation: known<Observation>({
      kind: 'disk',
      name: nameOf(device),
      vendor: meaningful(textOf(answer['scsi_vendor'])),
      model: meaningful(textOf(answer['model_name'])),
      serial: meaningful(textOf(answer['serial_number'])),
      identities: [wwnOf(answer['wwn'])].filter((identity) => identity !== undefined),
      location: device.type.includes(',') ? `${device.name} ${device.type}` : undefined,
      status: (exitCode & EXIT_BITS.prefailAttributes) !== 0 ? 'critical' : undefined,
      complaint: (exitCode & EXIT_BITS.prefailAttributes) !== 0 ? 'smart-attribute-below-threshold' : undefined,
      readings,
    }),
  };
}

/** The kernel's name, so that it is the same disk as in sysfs; several disks behind one controller are told apart by their type. */
function nameOf({ name, type }: { name: string; type: string }): string {
  const disk = name.replace(/^\/dev\//, '');
  if (type.includes(',')) return `${disk} ${type}`;
  // /dev/nvme0 is the controller; its first namespace is the disk.
  return /^nvme\d+$/.test(disk) ? `${disk}n1` : disk;
}

function wwnOf(wwn: unknown): string | undefined {
  const [naa, oui, id] = ['naa', 'oui', 'id'].map((part) => numberOf(objectOf(wwn)[part]));
  if (naa === undefined || oui === undefined || id === undefined) return undefined;
  return nameIdentity(naa.toString(16) + oui.toString(16).padStart(6, '0') + id.toString(16).padStart(9, '0'));
}

/** Attributes of ATA disks by their number. Raw values of others mean what their vendor likes. */
const ATA_ATTRIBUTES: Readonly<Record<number, ReadingName>> = {
  5: 'reallocatedSectors',
  187: 'mediaErrors',
  197: 'pendingSectors',
  198: 'uncorrectableSectors',
};
/** Wear indicators that count down from 100, by their number: normalised, because raw values differ from vendor to vendor. */
const ATA_LIFE_LEFT = [231, 233, 177, 202, 169, 173];

function readingsOf(answer: Json): ItemReading[] {
  const passed = at(answer, 'smart_status.passed');
  const hours = numberOf(at(answer, 'power_on_time.hours'));
  const health = objectOf(answer['nvme_smart_health_information_log']);
  const used = numberOf(health['percentage_used']) ?? numberOf(answer['scsi_percentage_used_endurance_indicator']);
  const spare = numberOf(health['available_spare']);
  const uncorrected = ['read', 'write', 'verify'].flatMap(
    (kind) => numberOf(at(answer, `scsi_error_counter_log.${kind}.total_uncorrected_errors`)) ?? [],
  );
  return [
    ...readingOf('smartPassed', typeof passed === 'boolean' ? Number(passed) : undefined),
    ...readingOf('temperature', numberOf(at(answer, 'temperature.current')), { sensor: 'SMART' }),
    ...readingOf('powerOnTime', hours === undefined ? undefined : hours * 3600),
    ...ataReadings(answer),
    ...readingOf('mediaErrors', numberOf(health['media_errors'])),
    ...readingOf('criticalWarning', numberOf(health['critical_warning'])),
    ...readingOf('wear', used === undefined ? undefined : used / 100),
    ...readingOf('availableSpare', spare === undefined ? undefined : spare / 100),
    ...readingOf('reallocatedSectors', numberOf(answer['scsi_grown_defect_list'])),
    ...readingOf(
      'mediaErrors',
      uncorrected.length === 0 ? undefined : uncorrected.reduce((sum, each) => sum + each, 0),
    ),
  ];
}

function ataReadings(answer: Json): ItemReading[] {
  const table = listOf(at(answer, 'ata_smart_attributes.table')).map(objectOf);
  const counts = table.flatMap((attribute) => {
    const name = ATA_ATTRIBUTES[numberOf(attribute['id']) ?? -1];
    return name === undefined ? [] : readingOf(name, numberOf(at(attribute, 'raw.value')));
  });
  const isSolid = numberOf(answer['rotation_rate']) === 0;
  const left = ATA_LIFE_LEFT.flatMap((id) => {
    const attribute = isSolid ? table.find((each) => each['id'] === id) : undefined;
    return numberOf(attribute?.['value']) ?? [];
  })[0];
  return [...counts, ...readingOf('wear', left === undefined || left > 100 ? undefined : (100 - left) / 100)];
}
