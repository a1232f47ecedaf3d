import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { pino } from 'pino';
import type { Observation } from '../../model.ts';
import { CA_FILE, RedfishMock } from '../../testing/redfish.ts';
import { SERVER } from '../../testing/server.ts';
import { BmcError } from '../errors.ts';
import { RedfishReader } from './source.ts';
import type { RedfishOptions } from './client.ts';

// Some hundred requests over TLS for each reading: seconds on a busy machine.
jest.setTimeout(30_000);

const endings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function mockWith(...args: Parameters<typeof RedfishMock.start>): Promise<RedfishMock> {
  const mock = await RedfishMock.start(...args);
  endings.push(() => mock.stop());
  return mock;
}

function readerOf(
  url: string,
  more: Partial<RedfishOptions> & { system?: string; password?: string } = {},
): RedfishReader {
  const { password = 'secret-pass', ...options } = more;
  const reader = new RedfishReader({
    url,
    trust: { by: 'authority', pemFile: CA_FILE },
    credentials: () => Promise.resolve({ username: 'monitor', password }),
    requestTimeoutMs: 5000,
    now: () => 1000,
    log: pino({ level: 'silent' }),
    ...options,
  });
  endings.push(() => reader.close());
  return reader;
}

const patient = (): AbortSignal => AbortSignal.timeout(20_000);
const ofKind = (observations: readonly Observation[], kind: string) =>
  observations.filter((each) => each.kind === kind);

async function codeOf(reading: Promise<unknown>): Promise<string> {
  try {
    await reading;
  } catch (error) {
    if (error instanceof BmcError) return error.code;
    throw error;
  }
  return 'no error';
}

describe('a BMC by Redfish', () => {
  it('tells every part with its identity, its place and its health, and leaves out what is absent or null', async () => {
    const mock = await mockWith();
    const { observations, blindTo } = await readerOf(mock.url).read(patient());
    expect(
      ['board', 'cpu', 'dimm', 'disk', 'nic', 'psu', 'fan', 'chassis', 'bmc'].map(
        (kind) => ofKind(observations, kind).length,
      ),
    ).toEqual([1, 2, 24, 12, 6, 2, 8, 1, 1]);
    expect(ofKind(observations, 'board')).toMatchObject([{ name: 'system', serial: SERVER.serial, status: 'ok' }]);
    expect(ofKind(observations, 'cpu')[0]).toEqual({
      kind: 'cpu',
      name: 'Systems/1/Processors/CPU1',
      model: 'Multi-Core Processor 6430',
      identities: [],
      location: 'CPU1',
      status: 'ok',
      readings: [],
    });
    expect(ofKind(observations, 'disk')[0]).toMatchObject({
      serial: 'Z1Z40000',
      identities: ['name:5000c500a0b0c000'],
      location: 'Bay 1',
      readings: [{ name: 'smartPassed', value: 1 }],
    });
    expect(ofKind(observations, 'nic')[0]).toMatchObject({ identities: ['mac:3cecef001020'] });
    expect(ofKind(observations, 'fan')[0]).toMatchObject({
      location: 'Fan 1',
      readings: [{ name: 'fanSpeed', value: 5400, limits: { lowCritical: 600 } }],
    });
    expect(ofKind(observations, 'chassis')[0]?.readings).toEqual([
      { name: 'temperature', value: 23, sensor: 'Inlet', limits: { highWarning: 42, highCritical: 47 }, state: 'ok' },
      { name: 'voltage', value: 12.1, sensor: '12V', limits: { lowCritical: 10.8, highCritical: 13.2 }, state: 'ok' },
      { name: 'power', value: 344, sensor: 'System Power', limits: {} },
    ]);
    expect([...blindTo].sort()).toEqual(['bond', 'pcie-device', 'raid']);
  });

  it('reads the newer schemas too: sensors, fans and supplies each a resource, sent along with their list', async () => {
    const chassis = '/redfish/v1/Chassis/1U';
    const link = (path: string) => ({ '@odata.id': path });
    const fan = {
      Id: 'Bay1',
      '@odata.id': `${chassis}/ThermalSubsystem/Fans/Bay1`,
      Name: 'Fan Bay 1',
      SpeedPercent: { Reading: 45, SpeedRPM: 2200 },
      Status: { State: 'Enabled', Health: 'Warning' },
    };
    const mock = await mockWith({
      '/redfish/v1/': {
        Systems: link('/redfish/v1/Systems'),
        Chassis: link('/redfish/v1/Chassis'),
        ProtocolFeaturesSupported: { ExpandQuery: { NoLinks: true } },
      },
      '/redfish/v1/Systems': { Members: [] },
      '/redfish/v1/Chassis': { Members: [link(chassis)] },
      [chassis]: {
        Id: '1U',
        ThermalSubsystem: link(`${chassis}/ThermalSubsystem`),
        PowerSubsystem: link(`${chassis}/PowerSubsystem`),
        Sensors: link(`${chassis}/Sensors`),
        Status: { State: 'Enabled', Health: null },
      },
      [`${chassis}/ThermalSubsystem`]: { Fans: link(`${chassis}/ThermalSubsystem/Fans`) },
      [`${chassis}/ThermalSubsystem/Fans`]: { Members: [fan] },
      [`${chassis}/PowerSubsystem`]: { PowerSupplies: link(`${chassis}/PowerSubsystem/PowerSupplies`) },
      [`${chassis}/PowerSubsystem/PowerSupplies`]: { Members: [link(`${chassis}/PowerSubsystem/PowerSupplies/Bay1`)] },
      [`${chassis}/PowerSubsystem/PowerSupplies/Bay1`]: {
        Id: 'Bay1',
        SerialNumber: '3488247',
        Location: { PartLocation: { ServiceLabel: 'PSU 1' } },
        Status: { State: 'Enabled', Health: 'Critical' },
      },
      [`${chassis}/Sensors`]: {
        Members: [
          {
            Id: 'CPU1Temp',
            Name: 'CPU 1',
            ReadingType: 'Temperature',
            ReadingUnits: 'Cel',
            Reading: 44,
            Thresholds: { UpperCaution: { Reading: 42 }, UpperCritical: { Reading: 45 } },
          },
          { Id: 'Humidity', Name: 'Room', ReadingUnits: '%', Reading: 40 },
          { Id: 'Broken', Name: 'Broken', ReadingUnits: 'Cel', Reading: null },
        ],
      },
    });
    const { observations } = await readerOf(mock.url).read(patient());
    expect(ofKind(observations, 'fan')).toMatchObject([
      {
        status: 'warning',
        readings: [
          { name: 'fanSpeed', value: 2200 },
          { name: 'fanRatio', value: 0.45 },
        ],
      },
    ]);
    expect(ofKind(observations, 'psu')).toMatchObject([{ serial: '3488247', location: 'PSU 1', status: 'critical' }]);
    expect(ofKind(observations, 'chassis')[0]?.readings).toEqual([
      { name: 'temperature', value: 44, sensor: 'CPU 1', limits: { highWarning: 42, highCritical: 45 } },
    ]);
    expect(mock.requests.map(({ request }) => request)).toContain(`GET ${chassis}/Sensors?$expand=.($levels=1)`);
  });

  it('logs in once for many readings, again when the BMC has forgotten, and out at the end', async () => {
    const mock = await mockWith();
    const reader = readerOf(mock.url);
    await reader.read(patient());
    await reader.read(patient());
    const logins = () => mock.requests.filter(({ request }) => request.startsWith('POST')).length;
    expect([logins(), mock.tokens.size]).toEqual([1, 1]);
    expect(mock.requests.filter(({ status }) => status === 304).length).toBeGreaterThan(40);
    mock.tokens.clear();
    await reader.read(patient());
    expect([logins(), mock.tokens.size]).toEqual([2, 1]);
    await reader.close();
    expect(mock.tokens.size).toBe(0);
  });

  it('sends the password with each request where there are no sessions', async () => {
    const mock = await mockWith();
    mock.behaviour.hasSessions = false;
    expect((await readerOf(mock.url).read(patient())).observations.length).toBeGreaterThan(50);
  });

  it('concludes nothing about kinds that it could not read, and reads the rest', async () => {
    const mock = await mockWith();
    mock.behaviour.instead.set('/redfish/v1/Systems/1/Memory/DIMM.A1', { status: 500 });
    mock.behaviour.instead.set('/redfish/v1/Systems/1/Storage', { status: 404 });
    const { observations, blindTo } = await readerOf(mock.url).read(patient());
    expect(ofKind(observations, 'dimm')).toHaveLength(23);
    expect([blindTo.has('dimm'), blindTo.has('disk'), blindTo.has('cpu')]).toEqual([true, true, false]);
    // A member that its own list still names, but that is gone, is gone.
    mock.behaviour.instead.clear();
    mock.resources.delete('/redfish/v1/Systems/1/Memory/DIMM.A1');
    const later = await readerOf(mock.url).read(patient());
    expect([ofKind(later.observations, 'dimm').length, later.blindTo.has('dimm')]).toEqual([23, false]);
  });

  it('takes one system of several, with its own chassis', async () => {
    const mock = await mockWith();
    mock.edit('/redfish/v1/Systems/1', { Links: { Chassis: [{ '@odata.id': '/redfish/v1/Chassis/9' }] } });
    const { observations } = await readerOf(mock.url, { system: '1' }).read(patient());
    expect([ofKind(observations, 'dimm').length, ofKind(observations, 'chassis').length]).toEqual([24, 0]);
    expect(await codeOf(readerOf(mock.url, { system: '2' }).read(patient()))).toBe('BMC_NOT_FOUND');
  });
});

describe('a BMC that is not what it should be', () => {
  it.each<[string, (mock: RedfishMock) => void, Partial<RedfishOptions> & { password?: string }, string]>([
    ['a wrong password', () => undefined, { password: 'wrong' }, 'BMC_UNAUTHORIZED'],
    ['no user at all', () => undefined, { credentials: () => null }, 'BMC_UNAUTHORIZED'],
    ['no answer', (mock) => (mock.behaviour.isHung = true), { requestTimeoutMs: 200 }, 'BMC_TIMEOUT'],
    [
      'no JSON',
      (mock) => mock.behaviour.instead.set('/redfish/v1/', { status: 200, body: '<html>' }),
      {},
      'BMC_BAD_ANSWER',
    ],
    ['an error of its own', (mock) => mock.behaviour.instead.set('/redfish/v1/', { status: 503 }), {}, 'BMC_STATUS'],
    [
      'too long an answer',
      (mock) => mock.behaviour.instead.set('/redfish/v1/', { status: 200, body: 'x'.repeat(5 * 1024 * 1024) }),
      {},
      'BMC_TOO_LARGE',
    ],
    ['a certificate that nobody vouches for', () => undefined, { trust: { by: 'authority' } }, 'BMC_TLS'],
    [
      'another certificate than the one named',
      () => undefined,
      { trust: { by: 'fingerprint', sha256: 'AA' } },
      'BMC_TLS',
    ],
  ])('%s is an error with a name', async (_what, spoil, options, code) => {
    const mock = await mockWith();
    spoil(mock);
    expect(await codeOf(readerOf(mock.url, options).read(patient()))).toBe(code);
  });

  it('is not believed for another host, unless by its fingerprint or by the operator’s word', async () => {
    const mock = await mockWith(undefined, { forAnotherHost: true });
    const pem = await readFile(join(CA_FILE, '../elsewhere/servercert.pem'));
    const { fingerprint256 } = new X509Certificate(pem);
    expect(await codeOf(readerOf(mock.url).read(patient()))).toBe('BMC_TLS');
    expect(mock.requests).toEqual([]);
    expect(
      await codeOf(readerOf(mock.url, { trust: { by: 'fingerprint', sha256: fingerprint256 } }).read(patient())),
    ).toBe('no error');
    expect(await codeOf(readerOf(mock.url, { trust: { by: 'nothing' } }).read(patient()))).toBe('no error');
  });

  it('does not lead the client elsewhere, or round in circles', async () => {
    const mock = await mockWith();
    mock.edit('/redfish/v1/', {
      Chassis: { '@odata.id': 'https://elsewhere.example/redfish/v1/Chassis' },
      Managers: { '@odata.id': '//elsewhere.example/' },
    });
    mock.edit('/redfish/v1/Systems/1/Memory', {
      Members: Array(600).fill({ '@odata.id': '/redfish/v1/Systems/1/Memory/DIMM.A1' }),
    });
    const { observations } = await readerOf(mock.url).read(patient());
    expect(ofKind(observations, 'chassis')).toEqual([]);
    expect(ofKind(observations, 'dimm')).toHaveLength(512);
  });

  it('does not fill the memory, be it with answers of a bearable size', async () => {
    const mock = await mockWith();
    const members = Array.from({ length: 20 }, (_, index) => `/redfish/v1/Systems/1/Memory/${index}`);
    mock.edit('/redfish/v1/Systems/1/Memory', { Members: members.map((path) => ({ '@odata.id': path })) });
    const large = { PartNumber: 'x'.repeat(3 * 1024 * 1024) };
    for (const path of members) mock.resources.set(path, large);
    const reader = readerOf(mock.url);
    expect(await codeOf(reader.read(patient()))).toBe('BMC_TOO_LARGE');
    // What waits in line when a reading fails is not asked for any more.
    expect(mock.requests.filter(({ request }) => /Memory\/\d/.test(request)).length).toBeLessThan(15);
    // Nor bit by bit, by what is kept of the readings before.
    expect(await codeOf(reader.read(patient()))).toBe('BMC_TOO_LARGE');
    for (const path of members.slice(8)) mock.resources.delete(path);
    expect(await codeOf(reader.read(patient()))).toBe('no error');
  });

  it('may have paths with blanks', async () => {
    const mock = await mockWith();
    const path = '/redfish/v1/Systems/1/Memory/DIMM A 25';
    mock.edit('/redfish/v1/Systems/1/Memory', { Members: [{ '@odata.id': path }] });
    mock.resources.set(encodeURI(path), { Id: 'A25', SerialNumber: 'S25', Status: { State: 'Enabled', Health: 'OK' } });
    const { observations } = await readerOf(mock.url).read(patient());
    expect(ofKind(observations, 'dimm')).toMatchObject([{ serial: 'S25' }]);
  });

  it('is nowhere', async () => {
    expect(await codeOf(readerOf('https://127.0.0.1:1').read(patient()))).toBe('BMC_UNREACHABLE');
  });
});
