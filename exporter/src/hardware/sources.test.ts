import { mkdtemp, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { BadSettingError } from '@faultline/program';
import { pino } from 'pino';
import { hardware as hardwareCollector } from '../collectors/hardware.ts';
import { hardwareReadings } from '../collectors/hardware-readings.ts';
import { hostPressure } from '../collectors/host-pressure.ts';
import { readConfig } from '../config.ts';
import { ProgramError } from '../programs/errors.ts';
import type { HostSnapshot } from '../snapshot.ts';
import { hardwareSources, type HostHardware } from './sources.ts';
import { pathsOf, serverTree, writeTree } from './testing/host-tree.ts';
import { CA_FILE, RedfishMock } from './testing/redfish.ts';
import { serverTable } from './testing/smbios.ts';
import { SERVER } from './testing/server.ts';

// Some hundred requests over TLS for each reading: seconds on a busy machine.
jest.setTimeout(30_000);

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

const patient = (): AbortSignal => AbortSignal.timeout(20_000);
const log = pino({ level: 'silent' });

/** A host with its files and its BMC; `cycle` asks both, as the exporter does at its pace. */
async function serverWithBmc() {
  const folder = await mkdtemp(join(tmpdir(), 'faultline-hardware-'));
  endings.push(() => rm(folder, { recursive: true }));
  await writeTree(folder, serverTree());
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, 'secret-pass\n');
  const mock = await RedfishMock.start();
  endings.push(() => mock.stop());
  const { sysfs, procfs, udevData } = pathsOf(folder);
  const flags = {
    'path.sysfs': sysfs,
    'path.procfs': procfs,
    'path.udev-data': udevData,
    'bmc.redfish-url': mock.url,
    'bmc.username': 'monitor',
    'bmc.password-file': passwordFile,
    'bmc.ca-file': CA_FILE,
  };
  const config = readConfig(
    Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, value]),
    {},
  );
  const run = () => Promise.reject(new ProgramError('PROGRAM_MISSING', 'smartctl'));
  const sources = hardwareSources(config, { now: Date.now, log, run });
  const named = (name: string) => {
    const source = sources.find((each) => each.name === name);
    if (source === undefined) throw new Error(`there is no source ${name}`);
    return source;
  };
  endings.push(async () => named('bmc').close?.());
  const cycle = async (): Promise<HostHardware> => {
    await named('bmc')
      .read(patient())
      .catch(() => undefined);
    return (await named('hardware').read(patient())) as HostHardware;
  };
  return { folder, mock, cycle, named };
}

const itemOf = ({ items }: HostHardware, id: string) => items.find((item) => item.id === id);

describe('B15: a server seen by its kernel and by its BMC', () => {
  it('is one list of parts, each with the channels that delivered it', async () => {
    const { cycle } = await serverWithBmc();
    const known = await cycle();
    const both = known.items.filter(({ channels }) => channels['in-band'] === true && channels['out-of-band'] === true);
    const count = (kind: string) => `${kind} ${both.filter((item) => item.kind === kind).length}`;
    expect(['board', 'cpu', 'dimm', 'disk', 'nic', 'psu'].map(count)).toEqual([
      'board 1',
      'cpu 2',
      'dimm 24',
      'disk 12',
      'nic 6',
      'psu 2',
    ]);
    expect(itemOf(known, 'Z1Z40000')).toMatchObject({
      kind: 'disk',
      vendor: '',
      model: 'ST4000NM0035',
      location: '/dev/sda, Bay 1',
      health: 'ok',
      problems: [],
      moves: 0,
    });
    expect(known.sources).toMatchObject([
      { source: 'host', channel: 'in-band', ok: true },
      { source: 'redfish', channel: 'out-of-band', ok: true },
    ]);
    expect(new Set(known.items.map(({ kind, id }) => `${kind} ${id}`)).size).toBe(known.items.length);
  });

  it('BMC no: the part is still known in-band', async () => {
    const { cycle, mock } = await serverWithBmc();
    await cycle();
    const memory = '/redfish/v1/Systems/1/Memory/DIMM.A1';
    mock.edit(memory, { Status: { State: 'Absent' } });
    expect(itemOf(await cycle(), '8C2F1000')).toMatchObject({ channels: { 'in-band': true, 'out-of-band': false } });
  });

  it('in-band no: the host has lost a disk and a module that the BMC still sees; both no: nobody sees it', async () => {
    const { cycle, mock, folder } = await serverWithBmc();
    await cycle();
    await unlink(join(folder, 'sys/block/sdb'));
    await writeFile(join(folder, 'sys/firmware/dmi/tables/DMI'), serverTable(SERVER.dimms.slice(1)));
    await rm(join(folder, 'sys/devices/system/edac/mc/mc0/dimm0'), { recursive: true });
    const known = await cycle();
    const lost = { health: 'ok', channels: { 'in-band': false, 'out-of-band': true } };
    expect(itemOf(known, 'Z1Z40017')).toMatchObject(lost);
    expect(itemOf(known, '8C2F1000')).toMatchObject(lost);
    mock.resources.delete('/redfish/v1/Chassis/1/Drives/1');
    expect(itemOf(await cycle(), 'Z1Z40017')).toMatchObject({
      health: 'unknown',
      channels: { 'in-band': false, 'out-of-band': false },
    });
  });

  it('a BMC that does not answer is no absence, and what it said before is no evidence of now', async () => {
    const { cycle, mock } = await serverWithBmc();
    mock.edit('/redfish/v1/Systems/1/Memory/DIMM.A1', { Status: { State: 'Enabled', Health: 'Critical' } });
    expect(itemOf(await cycle(), '8C2F1000')).toMatchObject({
      health: 'critical',
      problems: [{ channel: 'out-of-band' }],
    });
    mock.behaviour.instead.set('/redfish/v1/', { status: 503 });
    const known = await cycle();
    expect(itemOf(known, '8C2F1000')).toMatchObject({ health: 'ok', channels: { 'in-band': true } });
    expect(itemOf(known, '8C2F1000')?.channels).toEqual({ 'in-band': true });
    expect(known.sources[1]).toMatchObject({ source: 'redfish', ok: false });
    mock.behaviour.instead.clear();
    expect(itemOf(await cycle(), '8C2F1000')).toMatchObject({ health: 'critical' });
  });

  it('B14: is on the page with its health and its readings, and no series carries the labels of another', async () => {
    const { cycle, folder } = await serverWithBmc();
    await writeFile(join(folder, 'sys/devices/system/edac/mc/mc0/dimm0/dimm_ue_count'), '1\n');
    const value = await cycle();
    const snapshot = { readings: { hardware: { value, at: 1 } } } as unknown as HostSnapshot;
    const samples = [hardwareCollector, hardwareReadings, hostPressure].flatMap((collector) =>
      (collector.parse as (snapshot: HostSnapshot) => { metric: string; labels: object; value: number }[])(
        snapshot,
      ).map(({ metric, labels, value }) => ({
        series: `${collector.name} ${metric} ${JSON.stringify(labels)}`,
        value,
      })),
    );
    expect(new Set(samples.map(({ series }) => series)).size).toBe(samples.length);
    const of = (series: string) => samples.find((sample) => sample.series === series)?.value;
    const dimm = '{"kind":"dimm","id":"8C2F1000"';
    expect(of(`hardware health ${dimm},"health":"critical"}`)).toBe(1);
    expect(of(`hardware health ${dimm},"health":"ok"}`)).toBe(0);
    expect(of(`hardware channel ${dimm},"channel":"in-band"}`)).toBe(1);
    expect(
      of(`hardware problem ${dimm},"channel":"in-band","severity":"critical","problem":"uncorrected-memory-errors"}`),
    ).toBe(1);
    expect(of(`hardware_readings uncorrectedErrors ${dimm},"channel":"in-band"}`)).toBe(1);
    expect(of('host_pressure oomKills {}')).toBe(2);
  });
});

describe('settings of the BMC that contradict each other', () => {
  it.each([
    [['--bmc.redfish-url', 'https://bmc', '--bmc.ipmi-address', 'bmc'], '--bmc.ipmi-address'],
    [['--bmc.redfish-url', 'https://bmc', '--bmc.username', 'monitor'], '--bmc.password-file'],
    [['--bmc.redfish-url', 'https://bmc', '--bmc.insecure', '--bmc.ca-file', '/x'], '--bmc.ca-file'],
    [['--bmc.redfish-url', 'https://bmc', '--bmc.ca-file', '/no/such/file'], '--bmc.ca-file'],
  ])('%j stop the start at %s', (flags, key) => {
    const start = () => hardwareSources(readConfig(flags, {}), { now: Date.now, log });
    expect(start).toThrow(BadSettingError);
    expect(start).toThrow(key);
  });
});
