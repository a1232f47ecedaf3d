import { describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { ProgramError } from '../../programs/errors.ts';
import type { ProgramCall, ProgramResult } from '../../programs/run.ts';
import { parseSmart } from './parse.ts';
import { SmartReader } from './source.ts';

const SDA = { name: '/dev/sda', type: 'sat' };
const never = new AbortController().signal;

/** The members of `smartctl --json` (7.3) that matter, as an ATA disk, an NVMe disk and a SAS disk have them. */
const ata = {
  smartctl: { version: [7, 3], exit_status: 0, messages: [] },
  model_name: 'ST4000NM0035',
  serial_number: 'Z1Z40000',
  wwn: { naa: 5, oui: 3152, id: 2_695_938_048 },
  rotation_rate: 7200,
  smart_support: { available: true, enabled: true },
  smart_status: { passed: true },
  temperature: { current: 31 },
  power_on_time: { hours: 20_000 },
  ata_smart_attributes: {
    table: [
      { id: 5, name: 'Reallocated_Sector_Ct', value: 100, thresh: 10, raw: { value: 12, string: '12' } },
      { id: 187, name: 'Reported_Uncorrect', value: 100, thresh: 0, raw: { value: 1, string: '1' } },
      { id: 197, name: 'Current_Pending_Sector', value: 100, thresh: 0, raw: { value: 3, string: '3' } },
      { id: 231, name: 'Vendor_Specific', value: 12, thresh: 0, raw: { value: 0, string: '0' } },
    ],
  },
};
const nvme = {
  smartctl: { exit_status: 0 },
  model_name: 'SAMSUNG MZQL2',
  serial_number: 'S64G',
  smart_status: { passed: false, nvme: { value: 4 } },
  nvme_smart_health_information_log: { critical_warning: 4, percentage_used: 101, available_spare: 3, media_errors: 7 },
  temperature: { current: 44 },
};
const sas = {
  smartctl: { exit_status: 0 },
  scsi_vendor: 'SEAGATE',
  model_name: 'SEAGATE ST600',
  serial_number: 'W1',
  smart_status: { passed: true },
  scsi_grown_defect_list: 4,
  scsi_error_counter_log: { read: { total_uncorrected_errors: 1 }, write: { total_uncorrected_errors: 2 } },
};

const valuesOf = (answer: object, device = SDA, exitCode = 0) => {
  const outcome = parseSmart(device, exitCode, JSON.stringify(answer));
  if (outcome.result !== 'read') return outcome.result;
  return Object.fromEntries((outcome.observation.readings ?? []).map(({ name, value }) => [name, value]));
};

describe('what smartctl says', () => {
  it('of a SATA disk, an NVMe disk and a SAS disk', () => {
    expect(valuesOf(ata)).toEqual({
      smartPassed: 1,
      temperature: 31,
      powerOnTime: 72_000_000,
      reallocatedSectors: 12,
      mediaErrors: 1,
      pendingSectors: 3,
    });
    expect(valuesOf({ ...ata, rotation_rate: 0 })).toMatchObject({ wear: 0.88 });
    expect(valuesOf(nvme)).toEqual({
      smartPassed: 0,
      temperature: 44,
      mediaErrors: 7,
      criticalWarning: 4,
      wear: 1.01,
      availableSpare: 0.03,
    });
    expect(valuesOf(sas)).toEqual({ smartPassed: 1, reallocatedSectors: 4, mediaErrors: 3 });
  });

  it('is of the disk that sysfs knows: by its name, its serial number, its world wide name', () => {
    expect(parseSmart(SDA, 0, JSON.stringify(ata))).toMatchObject({
      observation: { kind: 'disk', name: 'sda', serial: 'Z1Z40000', identities: ['name:5000c500a0b0c000'] },
    });
    const named = (name: string, type: string) => {
      const outcome = parseSmart({ name, type }, 0, JSON.stringify(nvme));
      return outcome.result === 'read' ? outcome.observation.name : outcome.result;
    };
    expect(named('/dev/nvme0', 'nvme')).toBe('nvme0n1');
    expect(named('/dev/bus/0', 'megaraid,8')).toBe('bus/0 megaraid,8');
  });

  it.each<[string, number, object | string, unknown]>([
    ['a disk that sleeps', 2, { smartctl: { messages: [{ string: 'Device is in STANDBY mode, exit(2)' }] } }, 'asleep'],
    [
      'a virtual disk',
      1,
      { smartctl: { messages: [{ string: '/dev/vda: Unable to detect device type', severity: 'error' }] } },
      'none',
    ],
    ['a volume without SMART', 4, { smart_support: { available: false } }, 'none'],
    [
      'a disk that is gone',
      2,
      { smartctl: { messages: [{ string: 'Smartctl open device: /dev/sda failed: No such device' }] } },
      'failed',
    ],
    ['a wrong command line', 1, {}, 'failed'],
    ['no JSON', 127, 'smartctl: not found', 'failed'],
    ['JSON that is no object', 0, '[1]', 'none'],
  ])('%s', (_what, exitCode, answer, result) => {
    const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
    expect(parseSmart(SDA, exitCode, text).result).toBe(result);
  });

  it('keeps what it read when the exit code accuses the disk, and says which accusation is about now', () => {
    expect(valuesOf(ata, SDA, 0x40 | 0x80 | 0x20 | 0x04)).toMatchObject({ smartPassed: 1 });
    expect(parseSmart(SDA, 0x10, JSON.stringify(ata))).toMatchObject({
      observation: { status: 'critical', complaint: 'smart-attribute-below-threshold' },
    });
  });
});

/** smartctl as a function; `answers` by device, in the order of the calls. */
function readerWith(scan: unknown, answers: Record<string, (() => Promise<ProgramResult>)[]>) {
  const calls: string[] = [];
  let running = 0;
  let most = 0;
  const reader = new SmartReader({
    program: 'smartctl',
    now: () => 5000,
    log: pino({ level: 'silent' }),
    run: async ({ args }: ProgramCall) => {
      calls.push(args.join(' '));
      if (args[0] === '--scan') return { exitCode: 0, stdout: JSON.stringify(scan), stderr: '' };
      most = Math.max(most, (running += 1));
      await new Promise(setImmediate);
      running -= 1;
      return (answers[args.at(-1) ?? '']?.shift() ?? (() => Promise.reject(new Error('not asked for'))))();
    },
  });
  return { reader, calls, mostAtOnce: () => most };
}
const says =
  (answer: object, exitCode = 0) =>
  () =>
    Promise.resolve({ exitCode, stdout: JSON.stringify(answer), stderr: '' });

describe('asking the disks', () => {
  it('asks one at a time, wakes none, reads no error log, and goes on when one hangs', async () => {
    const { reader, calls, mostAtOnce } = readerWith(
      {
        devices: [
          { name: '/dev/sda', type: 'sat' },
          { name: '/dev/sdb', type: 'sat' },
          { name: '/dev/nvme0', type: 'nvme' },
        ],
      },
      {
        '/dev/sda': [says(ata)],
        '/dev/sdb': [() => Promise.reject(new ProgramError('PROGRAM_TIMEOUT', 'smartctl'))],
        '/dev/nvme0': [says(nvme)],
      },
    );
    const { observations, blindTo } = await reader.read(never);
    expect(observations.map(({ name }) => name)).toEqual(['sda', 'nvme0n1']);
    expect(observations[0]?.readings?.at(-1)).toEqual({ name: 'smartRead', value: 5 });
    expect(blindTo.has('disk')).toBe(true);
    expect(mostAtOnce()).toBe(1);
    expect(calls).toEqual([
      '--scan --json=c',
      '--json=c --info --health --attributes --nocheck=standby --device=sat /dev/sda',
      '--json=c --info --health --attributes --nocheck=standby --device=sat /dev/sdb',
      '--json=c --info --health --attributes --nocheck=standby --device=nvme /dev/nvme0',
    ]);
  });

  it('keeps what a disk said before it went to sleep, with the time at which it said it', async () => {
    const asleep = { smartctl: { messages: [{ string: 'Device is in STANDBY mode, exit(2)' }] } };
    const { reader } = readerWith({ devices: [SDA] }, { '/dev/sda': [says(ata), says(asleep, 2)] });
    const first = await reader.read(never);
    expect((await reader.read(never)).observations).toEqual(first.observations);
  });

  it('takes no option from a device’s name, and finds nothing where smartctl is not installed', async () => {
    const { reader, calls } = readerWith(
      { devices: [{ name: '--test=long', type: 'sat' }, { name: '/dev/sda', type: 'sat -t long' }, 7] },
      {},
    );
    expect((await reader.read(never)).observations).toEqual([]);
    expect(calls).toHaveLength(1);
    const without = new SmartReader({
      program: 'smartctl',
      now: () => 1,
      log: pino({ level: 'silent' }),
      run: () => Promise.reject(new ProgramError('PROGRAM_MISSING', 'smartctl')),
    });
    expect((await without.read(never)).observations).toEqual([]);
  });
});
