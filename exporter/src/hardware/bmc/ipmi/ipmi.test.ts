import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { ProgramCall } from '../../../programs/run.ts';
import { BmcError } from '../errors.ts';
import * as freeipmi from './freeipmi.ts';
import * as ipmitool from './ipmitool.ts';
import { IpmiReader, type IpmiOptions } from './source.ts';

/** What both programs (ipmitool 1.8.19, freeipmi 1.6.10) wrote of one BMC, OpenIPMI's simulator, in the same state. */
const recorded = (name: string) => readFile(join(import.meta.dirname, 'fixtures', name), 'utf8');
const patient = new AbortController().signal;

describe('what a BMC says over IPMI', () => {
  it('in ipmitool’s words', async () => {
    const observations = ipmitool.parseSensors(await recorded('ipmitool-sdr.csv'));
    expect(observations).toMatchObject([
      { kind: 'fan', name: 'ipmi FAN1', readings: [{ name: 'fanSpeed', value: 4200, state: 'ok' }] },
      { kind: 'fan', name: 'ipmi FAN2', readings: [{ name: 'fanSpeed', value: 400, state: 'critical' }] },
      { kind: 'psu', name: 'ipmi PS1', status: 'ok', readings: [{ name: 'power', value: 152 }] },
      { kind: 'psu', name: 'ipmi PS2', status: 'critical', complaint: 'no-mains', readings: [] },
      {
        kind: 'chassis',
        readings: [
          { name: 'temperature', sensor: 'CPU1 Temp', value: 52, state: 'ok' },
          { name: 'temperature', sensor: 'System Temp', value: 31, state: 'ok' },
          { name: 'voltage', sensor: '12V', value: 12, state: 'ok' },
          { name: 'temperature', sensor: 'P1-DIMMA1 Temp', value: 92, state: 'critical' },
        ],
      },
    ]);
  });

  it('in freeipmi’s words: the same, with the limits', async () => {
    const observations = freeipmi.parseSensors(await recorded('freeipmi-sensors.csv'));
    expect(observations.map(({ kind, name, status }) => [kind, name, status])).toEqual(
      ipmitool.parseSensors(await recorded('ipmitool-sdr.csv')).map(({ kind, name, status }) => [kind, name, status]),
    );
    expect(observations[0]?.readings).toEqual([
      {
        name: 'fanSpeed',
        sensor: 'FAN1',
        value: 4200,
        limits: { lowWarning: 700, lowCritical: 500, highWarning: 25_300, highCritical: 25_400 },
        state: 'ok',
      },
    ]);
    expect(observations[3]).toMatchObject({ name: 'ipmi PS2', complaint: 'no-mains' });
  });

  it('with the serial number of the machine', async () => {
    expect(ipmitool.parseFru(await recorded('ipmitool-fru.txt'))).toEqual([
      { kind: 'board', name: 'system', vendor: 'ExampleCo', model: 'Server R1', serial: 'SRV0009999' },
    ]);
    const more =
      'FRU Device Description : PSU1 FRU (ID 3)\n Product Serial        : PS8817\n\nFRU Device Description : Riser (ID 4)\n Board Serial : R1\n';
    expect(ipmitool.parseFru(more)).toEqual([
      { kind: 'psu', name: 'ipmi PSU1', serial: 'PS8817', location: 'PSU1 FRU' },
    ]);
  });

  it.each([
    ['Presence detected', 'ok', undefined],
    ['Presence detected, Predictive failure', 'warning', 'power-supply-predicted-failure'],
    ['Presence detected, Failure detected', 'critical', 'power-supply-failure'],
    ['Presence detected, Predictive failure, Power Supply AC lost', 'critical', 'no-mains'],
  ])('takes a supply of which it says "%s" for %s', (states, status, complaint) => {
    const [supply] = ipmitool.parseSensors(`PS1 Status,C8h,ok,10.1,${states}`);
    expect([supply?.status, supply?.complaint]).toEqual([status, complaint]);
  });

  it.each([
    '',
    '\n\n',
    ',,,,',
    'a',
    'CPU Temp,no reading,degrees C,ns',
    'PSU1 Status,C8h,ok,10.1,',
    '"x,"",\n\'',
    '\0'.repeat(100),
  ])('with nothing in %j', (text) => {
    expect([...ipmitool.parseSensors(text), ...freeipmi.parseSensors(text), ...ipmitool.parseFru(text)]).toEqual([]);
  });
});

function readerWith(answers: (call: ProgramCall) => Promise<string>, options: Partial<IpmiOptions> = {}) {
  const calls: ProgramCall[] = [];
  const reader = new IpmiReader({
    address: 'bmc.example:6623',
    program: 'ipmitool',
    credentials: () => Promise.resolve({ username: 'monitor', password: 'secret-pass' }),
    run: async (call) => {
      calls.push(call);
      const stdout = await answers(call);
      return { exitCode: stdout === '' ? 1 : 0, stdout, stderr: 'Error: Unable to establish IPMI v2 / RMCP+ session' };
    },
    now: () => 1000,
    timeoutMs: 1000,
    ...options,
  });
  return { reader, calls };
}

describe('asking it', () => {
  it('shows the password to nobody: ipmitool takes it from its environment', async () => {
    const { reader, calls } = readerWith(
      ({ args }) => recorded(args.includes('fru') ? 'ipmitool-fru.txt' : 'ipmitool-sdr.csv'),
      { cipherSuite: 3 },
    );
    expect((await reader.read(patient)).observations).toHaveLength(6);
    expect(calls[0]?.args.join(' ')).toBe('-I lanplus -H bmc.example -p 6623 -U monitor -E -C 3 -c sdr elist all');
    expect(calls[0]?.env).toEqual({ IPMI_PASSWORD: 'secret-pass' });
    await reader.read(patient);
    // Serial numbers are asked for once.
    expect(calls.filter(({ args }) => args.includes('fru'))).toHaveLength(1);
  });

  it('reads serial numbers anew when a supply was pulled: what was read before would keep it there', async () => {
    const supply = (id: number, states: string) => `PS${id} Status,C${id}h,ok,10.${id},${states}`;
    const fru = (id: number) =>
      `FRU Device Description : PS${id} (ID ${id})\n Product Manufacturer : Maker\n Product Serial : P${id}\n`;
    let present = [1, 2];
    const { reader, calls } = readerWith(({ args }) =>
      Promise.resolve(
        args.includes('fru')
          ? present.map(fru).join('\n')
          : [1, 2].map((id) => supply(id, present.includes(id) ? 'Presence Detected' : '')).join('\n'),
      ),
    );
    const serials = async () =>
      (await reader.read(patient)).observations.flatMap(({ kind, serial }) => (kind === 'psu' && serial) || []);
    expect([await serials(), await serials()]).toEqual([
      ['P1', 'P2'],
      ['P1', 'P2'],
    ]);
    present = [1];
    expect([await serials(), await serials()]).toEqual([['P1'], ['P1']]);
    expect(calls.filter(({ args }) => args.includes('fru'))).toHaveLength(2);
  });

  it('freeipmi takes it from a file that only we can read, and that is gone afterwards', async () => {
    let file = '';
    let mode = 0;
    let content = '';
    const { reader, calls } = readerWith(
      async ({ args }) => {
        file = args.find((arg) => arg.startsWith('--config-file='))?.slice('--config-file='.length) ?? '';
        mode = (await stat(file)).mode & 0o777;
        content = await readFile(file, 'utf8');
        return recorded('freeipmi-sensors.csv');
      },
      { program: 'ipmi-sensors' },
    );
    expect((await reader.read(patient)).observations).toHaveLength(5);
    expect([mode, content]).toEqual([0o600, 'driver-type LAN_2_0\nusername monitor\npassword secret-pass\n']);
    expect(JSON.stringify(calls)).not.toContain('secret-pass');
    expect(existsSync(dirname(file))).toBe(false);
  });

  it('asks this host’s own BMC without a login', async () => {
    const { reader, calls } = readerWith(() => recorded('ipmitool-sdr.csv'), { address: 'local' });
    await reader.read(patient);
    expect(calls[0]?.args).toEqual(['-c', 'sdr', 'elist', 'all']);
  });

  it('is an error when it says nothing', async () => {
    const { reader } = readerWith(() => Promise.resolve(''));
    await expect(reader.read(patient)).rejects.toThrow(BmcError);
  });
});
