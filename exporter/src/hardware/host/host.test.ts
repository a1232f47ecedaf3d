import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Observation } from '../model.ts';
import { pathsOf, serverTree, writeTree, type Tree } from '../testing/host-tree.ts';
import { SERVER } from '../testing/server.ts';
import { disks } from './disks.ts';
import { HostFiles } from './files.ts';
import { hwmon } from './hwmon.ts';
import { hostReaders } from './index.ts';
import { mdRaid } from './md-raid.ts';
import { parsePressure, readPressure } from './memory.ts';
import { network } from './network.ts';
import { pcieAer } from './pcie-aer.ts';
import { powerSupply } from './power-supply.ts';
import { observeHost } from './source.ts';

let folder: string;
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faultline-host-'));
  await writeTree(join(folder, 'server'), serverTree());
});
afterAll(() => rm(folder, { recursive: true }));

async function filesOf(tree: Tree): Promise<HostFiles> {
  const place = join(folder, `tree-${(count += 1)}`);
  await writeTree(place, tree);
  return new HostFiles(pathsOf(place));
}

const values = ({ readings = [] }: Observation): Record<string, number> =>
  Object.fromEntries(
    readings.map(({ name, sensor, value }) => [sensor === undefined ? name : `${name} ${sensor}`, value]),
  );

describe('B1, B11: a two-socket server by its own files', () => {
  it('is all there', async () => {
    const { observations, failures, blindTo } = await observeHost(
      hostReaders,
      new HostFiles(pathsOf(join(folder, 'server'))),
      1,
    );
    expect(failures).toEqual([]);
    const count = (kind: string) => observations.filter((each) => each.kind === kind).length;
    // Not joined yet: two packages (sensors, throttling) beside two sockets (DMI), each module from DMI and from EDAC.
    expect(
      ['board', 'cpu', 'dimm', 'disk', 'raid', 'nic', 'psu', 'fan', 'pcie-device'].map(
        (kind) => `${kind} ${count(kind)}`,
      ),
    ).toEqual(['board 7', 'cpu 6', 'dimm 48', 'disk 12', 'raid 1', 'nic 6', 'psu 2', 'fan 1', 'pcie-device 6']);
    expect([...blindTo].sort()).toEqual(['bmc', 'board', 'chassis', 'fan', 'psu']);
    expect(observations.find(({ kind }) => kind === 'board')).toMatchObject({
      serial: SERVER.serial,
      model: SERVER.model,
    });
    expect(observations.find(({ kind }) => kind === 'disk')).toMatchObject({
      name: 'sda',
      model: 'ST4000NM0035',
      serial: 'Z1Z40000',
      location: '/dev/sda',
      readings: [
        { name: 'diskOnline', value: 1 },
        { name: 'diskSize', value: 4_000_787_030_016 },
      ],
    });
    expect(observations.find(({ kind, serial }) => kind === 'dimm' && serial === '8C2F1000')).toMatchObject({
      vendor: 'Fabrikam',
      model: 'M393A4K40DB3',
      location: 'A1',
    });
  });

  it('is nothing, and no error, on a host that has none of it', async () => {
    const { observations, failures } = await observeHost(
      hostReaders,
      await filesOf({ 'sys/empty': '', 'proc/empty': '' }),
      1,
    );
    expect({ observations, failures }).toEqual({ observations: [], failures: [] });
  });

  it('costs the others nothing when a reader fails, and says that its kinds cannot be seen', async () => {
    const broken = { name: 'disks', lists: ['disk' as const], observe: () => Promise.reject(new Error('no such bus')) };
    const files = new HostFiles(pathsOf(join(folder, 'server')));
    const { observations, failures, blindTo } = await observeHost([broken, mdRaid], files, 1);
    expect(observations).toHaveLength(1);
    expect(failures.map(({ reader }) => reader)).toEqual(['disks']);
    expect([blindTo.has('disk'), blindTo.has('raid')]).toEqual([true, false]);
  });
});

describe('sensors (hwmon)', () => {
  it('gives temperatures, voltages and fans with their limits, and not those that are broken', async () => {
    const observations = await hwmon.observe(new HostFiles(pathsOf(join(folder, 'server'))));
    const [first] = observations;
    expect(first).toMatchObject({ kind: 'cpu', name: 'package 0' });
    expect(first?.readings?.[0]).toEqual({
      name: 'temperature',
      sensor: 'Package id 0',
      value: 46,
      limits: { highWarning: 92, highCritical: 100 },
      state: 'ok',
    });
    const board = observations.find(({ kind }) => kind === 'board');
    expect(values(board as Observation)).toEqual({
      'voltage Vcore': 0.888,
      'voltage +12V': 12.096,
      'temperature SYSTIN': 33,
    });
    expect(observations.find(({ kind }) => kind === 'fan')).toMatchObject({
      readings: [{ value: 5400, limits: { lowWarning: 300 }, state: 'ok' }],
    });
  });

  it('takes over what the chip’s own comparators say, and no limit that nobody set', () => {
    const chip = (sensorValues: Record<string, string>) =>
      hwmon.parse([{ entry: 'hwmon0', chip: 'nct6796', device: null, block: null, values: sensorValues }])[0]
        ?.readings?.[0];
    expect(chip({ temp1_input: '99000', temp1_crit_alarm: '1' })).toMatchObject({ state: 'critical' });
    expect(chip({ temp1_input: '99000', temp1_max_alarm: '1', temp1_crit_alarm: '0' })).toMatchObject({
      state: 'warning',
    });
    expect(chip({ temp1_input: '35850', temp1_max: '65261850', temp1_crit: '0' })).toMatchObject({ limits: {} });
    expect(chip({ temp1_input: 'x', in0_input: '' })).toBeUndefined();
  });
});

describe('PCIe errors (AER)', () => {
  /** What a guest's kernel (6.1) wrote of a root port after QEMU had injected two completion timeouts: real errors. */
  const NONFATAL = `Undefined 0
DLP 0
SDES 0
TLP 0
FCP 0
CmpltTO 2
CmpltAbrt 0
UnxCmplt 0
RxOF 0
MalfTLP 0
ECRC 0
UnsupReq 0
ACSViol 0
UncorrIntErr 0
BlockedTLP 0
AtomicOpBlocked 0
TLPBlockedErr 0
PoisonTLPBlocked 0
DMWrReqBlocked 0
IDECheck 0
MisIDETLP 0
PCRC_CHECK 0
TLPXlatBlocked 0
TOTAL_ERR_NONFATAL 2`;

  it('takes the kernel’s total, or adds up where there is none', () => {
    const [port] = pcieAer.parse([
      {
        address: '0000:00:01.0',
        values: {
          vendor: '0x1b36',
          device: '0x000c',
          aer_dev_correctable: 'RxErr 1\nBadTLP 2\nTimeout 4\nTOTAL_ERR_COR 7',
          aer_dev_nonfatal: NONFATAL,
          aer_dev_fatal: 'DLP 1\nTLP 1',
        },
      },
    ]);
    expect(port).toMatchObject({ kind: 'pcie-device', vendor: '0x1b36', location: '0000:00:01.0' });
    expect(values(port as Observation)).toEqual({ pcieCorrectable: 7, pcieNonfatal: 2, pcieFatal: 2 });
  });
});

describe('arrays (md)', () => {
  const array = (state: Record<string, string>) =>
    values(mdRaid.parse([{ name: 'md0', values: state }])[0] as Observation);
  it('says what is missing and how far a recovery is', () => {
    expect(array({ array_state: 'active', raid_disks: '2', degraded: '1', sync_completed: '1024 / 4096' })).toEqual({
      raidActive: 1,
      raidDisks: 2,
      raidMissing: 1,
      raidSync: 0.25,
    });
    expect(array({ array_state: 'inactive' })).toEqual({ raidActive: 0 });
    expect(array({ array_state: 'clean', sync_completed: 'none' })).toEqual({ raidActive: 1 });
  });
});

describe('disks', () => {
  it('leaves out what is virtual, removable or over a fabric, and says which is offline', async () => {
    const disk = (path: string, name: string, more: Tree = {}): Tree => ({
      [`sys/block/${name}`]: { to: `../devices/${path}/block/${name}` },
      [`sys/devices/${path}/block/${name}/device`]: { to: '../../device' },
      [`sys/devices/${path}/device/model`]: 'Disk\n',
      ...more,
    });
    const files = await filesOf({
      ...disk('pci0/ata1', 'sda', { 'sys/devices/pci0/ata1/device/state': 'offline\n' }),
      ...disk('platform/host3/session1/target3', 'sdb'),
      ...disk('pci0/host4/rport-4:0-1/target4', 'sdc'),
      ...disk('pci0/usb1', 'sdd', { 'sys/devices/pci0/usb1/block/sdd/removable': '1\n' }),
      ...disk('pci0/nvme0', 'nvme0n1', {
        'sys/devices/pci0/nvme0/device/serial': 'S5GX\n',
        'sys/devices/pci0/nvme0/device/state': 'live\n',
      }),
      'sys/block/loop0/size': '0\n',
      'sys/block/dm-0/size': '8\n',
    });
    const all = await disks.observe(files);
    expect(all.map(({ name, serial }) => [name, serial])).toEqual([
      ['nvme0n1', 'S5GX'],
      ['sda', undefined],
    ]);
    expect(all.map(values)).toEqual([{ diskOnline: 1 }, { diskOnline: 0 }]);
  });

  it('knows an NVMe disk of two ports, which hangs from its subsystem, from one behind a fabric', async () => {
    const subsystem = (number: number, controllers: Record<string, { transport: string; state: string }>): Tree => {
      const folder = `sys/devices/virtual/nvme-subsystem/nvme-subsys${number}`;
      const name = `nvme${number}n1`;
      return {
        [`sys/block/${name}`]: { to: `../devices/virtual/nvme-subsystem/nvme-subsys${number}/${name}` },
        [`${folder}/${name}/device`]: { to: `../../nvme-subsys${number}` },
        [`${folder}/serial`]: `S${number}\n`,
        ...Object.fromEntries(
          Object.entries(controllers).flatMap(([controller, { transport, state }]) => [
            [`${folder}/${controller}/transport`, `${transport}\n`],
            [`${folder}/${controller}/state`, `${state}\n`],
          ]),
        ),
      };
    };
    const files = await filesOf({
      ...subsystem(0, { nvme0: { transport: 'pcie', state: 'dead' }, nvme1: { transport: 'pcie', state: 'live' } }),
      ...subsystem(2, { nvme2: { transport: 'pcie', state: 'dead' } }),
      ...subsystem(3, { nvme3: { transport: 'tcp', state: 'live' } }),
    });
    const all = await disks.observe(files);
    expect(all.map(({ name, serial }) => [name, serial])).toEqual([
      ['nvme0n1', 'S0'],
      ['nvme2n1', 'S2'],
    ]);
    expect(all.map(values)).toEqual([{ diskOnline: 1 }, { diskOnline: 0 }]);
  });

  it('takes the serial number from the disk itself where there is no udev', async () => {
    const page = Buffer.concat([Buffer.from([0, 0x80, 0, 8]), Buffer.from('Z1Z40001')]);
    const files = await filesOf({
      'sys/block/sda': { to: '../devices/a/block/sda' },
      'sys/devices/a/block/sda/device': { to: '../../device' },
      'sys/devices/a/device/vpd_pg80': page,
    });
    expect(await disks.observe(files)).toMatchObject([{ serial: 'Z1Z40001' }]);
  });
});

describe('network interfaces', () => {
  it('tells a lost link from one that is off and one that never was', async () => {
    const port = (name: string, more: Tree): Tree => ({
      [`sys/class/net/${name}/device`]: { to: `../../../bus/pci/devices/${name}` },
      [`sys/bus/pci/devices/${name}/vendor`]: '0x8086\n',
      ...more,
    });
    const at = (name: string, flags: string, carrier: string | null, ups: number): Tree =>
      port(name, {
        [`sys/class/net/${name}/flags`]: `${flags}\n`,
        ...(carrier !== null && { [`sys/class/net/${name}/carrier`]: `${carrier}\n` }),
        [`sys/class/net/${name}/carrier_up_count`]: `${ups}\n`,
        [`sys/class/net/${name}/speed`]: '-1\n',
      });
    const files = await filesOf({
      ...at('lost', '0x1003', '0', 1),
      // The kernel answers EINVAL for the carrier of an interface that is off; here there is no such file.
      ...at('off', '0x1002', null, 1),
      ...at('unplugged', '0x1003', '0', 0),
      ...at('good', '0x1003', '1', 1),
      'sys/class/net/br0/carrier': '1\n',
      'sys/class/net/bond0/bonding/slaves': 'good lost\n',
    });
    const all = await network.observe(files);
    expect(all.map(({ name, status, complaint }) => [name, status, complaint])).toEqual([
      ['bond0', 'warning', 'bond-port-without-link'],
      ['good', 'ok', undefined],
      ['lost', 'critical', 'no-link'],
      ['off', undefined, undefined],
      ['unplugged', undefined, undefined],
    ]);
    expect(values(all.find(({ name }) => name === 'off') as Observation)).toMatchObject({ enabled: 0, carrier: 0 });
    expect(values(all[0] as Observation)).toMatchObject({ bondPorts: 2, bondPortsUp: 1 });
  });
});

describe('power supplies that the kernel drives', () => {
  it('gives those of the machine, not batteries and mice', () => {
    const supplies = powerSupply.parse([
      { name: 'PSU1', values: { type: 'Mains', online: '0', health: 'Good', serial_number: 'PS1' } },
      { name: 'mouse', values: { type: 'Mains', scope: 'Device' } },
      { name: 'BAT0', values: { type: 'Battery' } },
    ]);
    expect(supplies).toEqual([
      { kind: 'psu', name: 'PSU1', serial: 'PS1', status: 'ok', readings: [{ name: 'inputPresent', value: 0 }] },
    ]);
  });
});

describe('memory and pressure', () => {
  it('are what the kernel says, and not known where it says nothing', async () => {
    const server = new HostFiles(pathsOf(join(folder, 'server')));
    expect(parsePressure(await readPressure(server))).toEqual({
      totalBytes: 791_234_560 * 1024,
      availableBytes: 512_000_000 * 1024,
      oomKills: 2,
      stalls: [
        { resource: 'memory', tasks: 'some', seconds: 1.5 },
        { resource: 'memory', tasks: 'full', seconds: 0.25 },
      ],
    });
    expect(parsePressure(await readPressure(await filesOf({ 'proc/meminfo': 'garbage' })))).toEqual({
      totalBytes: null,
      availableBytes: null,
      oomKills: null,
      stalls: [],
    });
  });
});
