import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { ExternalItem } from './external.ts';
import { judgeEnclosures, readEnclosures } from './parts/enclosures.ts';
import { judgeFibreChannel, readFibreChannel } from './parts/fibre-channel.ts';
import { judgeIscsi, readIscsi } from './parts/iscsi.ts';
import { judgeMultipath, readMultipath } from './parts/multipath.ts';
import { judgeNvmeFabrics, readNvmeFabrics } from './parts/nvme-fabrics.ts';
import { judgeUplinks, readInterfaces } from './parts/uplinks.ts';
import { Sysfs } from './sysfs.ts';
import { makeTree } from './testing.ts';

const fixture = new Sysfs(join(import.meta.dirname, '../fixtures/sys'));
const endings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

async function treeOf(files: Record<string, string>): Promise<Sysfs> {
  const tree = await makeTree(files);
  endings.push(() => tree.remove());
  return new Sysfs(tree.root);
}

/** What is looked at first: which way, and what it is worth. */
const brief = (items: readonly ExternalItem[]) => items.map(({ id, name, state }) => [id, name, state]);

const places = { rootfs: '/nonexistent', signal: new AbortController().signal };

describe('a host with nothing attached (B9)', () => {
  it('has nothing, and that is no failure', async () => {
    const sysfs = await treeOf({ uevent: '' });
    expect(judgeMultipath(await readMultipath(sysfs, places))).toEqual([]);
    expect(judgeIscsi(await readIscsi(sysfs))).toEqual([]);
    expect(judgeFibreChannel(await readFibreChannel(sysfs))).toEqual([]);
    expect(judgeNvmeFabrics(await readNvmeFabrics(sysfs))).toEqual([]);
    expect(judgeEnclosures(await readEnclosures(sysfs))).toEqual([]);
    expect(judgeUplinks(await readInterfaces(sysfs, []), [])).toEqual([]);
  });
});

describe('multipath maps (B9, B18), on a fixture tree', () => {
  it('are known by their WWID, and are worth what their paths are', async () => {
    const items = judgeMultipath(await readMultipath(fixture, places));
    expect(brief(items)).toEqual([
      ['3600a098038303053453f463045727a2f', 'mpatha', 'up'],
      ['3600a098038303053453f463045727a30', 'mpathb', 'degraded'],
    ]);
    expect(items[1]).toMatchObject({
      detail: 'sysfs',
      target: 'NETAPP LUN C-Mode',
      members: { active: 1, failed: 1 },
    });
  });

  const map = { wwid: '36', name: 'm', isSuspended: false, target: '', slaves: [{ device: 'sda', state: 'running' }] };
  const ofDaemon = (...paths: [string, string][]) =>
    new Map([['36', paths.map(([dm, check]) => ({ device: 'sda', dm, check }))]]);
  it.each([
    ['ready paths', ofDaemon(['active', 'ready'], ['active', 'ghost']), 'up'],
    [
      'a path that the kernel gave up, with a device that runs',
      ofDaemon(['failed', 'ready'], ['active', 'ready']),
      'degraded',
    ],
    ['a path that the checker gave up first', ofDaemon(['active', 'faulty'], ['active', 'ready']), 'degraded'],
    ['no path that works', ofDaemon(['failed', 'faulty'], ['failed', 'faulty']), 'down'],
    ['no path at all', ofDaemon(), 'down'],
    ['a path of which nothing is known yet', ofDaemon(['undef', 'undef'], ['active', 'ready']), 'unknown'],
    ['a map that multipathd does not know: its devices', new Map(), 'up'],
    ['no multipathd: its devices', null, 'up'],
  ])('with %s', (_case, daemon, state) => {
    expect(judgeMultipath({ maps: [map], daemon })).toMatchObject([{ state }]);
  });
});

describe('iSCSI sessions (B9, B18), on a fixture tree', () => {
  it('are known by their target and the portal they were told', async () => {
    expect(brief(judgeIscsi(await readIscsi(fixture)))).toEqual([
      ['iqn.1992-08.com.netapp:sn.574a5b4f1f3e11e5a4e2:vs.3,192.0.2.10:3260', 'session1', 'up'],
      ['iqn.2003-01.org.linux-iscsi.san2:data,[2001:db8::5]:3260', 'session2', 'down'],
    ]);
  });

  it.each([
    ['LOGGED_IN', 'up'],
    ['FAILED', 'down'],
    ['FREE', 'down'],
    ['SOMETHING', 'unknown'],
    [null, 'unknown'],
  ])('%s is %s', (state, expected) => {
    expect(judgeIscsi([{ name: 'session1', target: 'iqn.x', state, portal: null, interface: null }])).toMatchObject([
      { id: 'iqn.x', state: expected },
    ]);
  });
});

describe('Fibre Channel (B9, B18), on a fixture tree', () => {
  it('tells own ports from the ports of targets, and leaves other initiators out', async () => {
    const items = judgeFibreChannel(await readFibreChannel(fixture));
    expect(brief(items)).toEqual([
      ['21000024ff7b4d2a', 'host7', 'up'],
      ['21000024ff7b4d2b', 'host8', 'down'],
      ['201100a098a1b2c3', 'rport-7:0-0', 'up'],
      ['201200a098a1b2c3', 'rport-7:0-1', 'down'],
    ]);
    expect(items[0]).toMatchObject({ detail: 'Online, 16 Gbit', target: '100000051e0a1b2c' });
    // All ones is what the adapter does not count.
    expect(items[0]?.errors).toEqual({
      error_frames: 0,
      invalid_crc_count: 31,
      invalid_tx_word_count: 0,
      link_failure_count: 0,
      loss_of_sync_count: 0,
      loss_of_signal_count: 0,
    });
  });

  it.each([
    ['Online', 'up'],
    ['Marginal', 'degraded'],
    ['Linkdown', 'down'],
    ['Offline', 'down'],
    ['Blocked', 'down'],
    ['Unknown', 'unknown'],
    [null, 'unknown'],
  ])('a port that is %s is %s', (state, expected) => {
    const port = {
      name: 'host1',
      portName: '0xff',
      state,
      speed: null,
      fabric: '0x0',
      counters: { error_frames: '-1' },
    };
    const [item] = judgeFibreChannel({ ports: [port], remotePorts: [] });
    expect(item).toMatchObject({ id: '00000000000000ff', state: expected, target: '', errors: {} });
  });
});

describe('NVMe over fabrics (B9, B18), on a fixture tree', () => {
  it('is known by subsystem and port; what sits on the PCI bus is inside the box', async () => {
    expect(brief(judgeNvmeFabrics(await readNvmeFabrics(fixture)))).toEqual([
      ['nqn.2024-01.org.example:pool,192.0.2.20:4420', 'nvme1', 'up'],
      ['nqn.2024-01.org.example:pool,192.0.2.21:4420', 'nvme2', 'down'],
    ]);
  });
});

describe('shelves (B9, B18), on a fixture tree', () => {
  it('are known by their logical id; an empty bay is no fault', async () => {
    expect(judgeEnclosures(await readEnclosures(fixture))).toEqual([
      {
        kind: 'enclosure',
        id: '0x500304801f3c2d3f',
        name: '0:0:24:0',
        state: 'degraded',
        detail: 'PSU1: critical',
        target: 'SMC SC846P',
        members: { active: 2, failed: 1 },
      },
    ]);
  });

  it.each([
    [['OK', 'not installed'], 'up'],
    [['OK', 'non-critical'], 'degraded'],
    [['unrecoverable'], 'degraded'],
    [['unsupported', 'unknown'], 'unknown'],
    [[], 'unknown'],
  ])('with parts that are %j', (statuses, state) => {
    const components = statuses.map((status, index) => ({ name: `Slot${index}`, status }));
    const [item] = judgeEnclosures([{ name: '0:0:1:0', id: '0x0', vendor: null, model: null, components }]);
    expect(item).toMatchObject({ id: '0:0:1:0', state });
  });
});

describe('uplinks (B9, B18), on a fixture tree', () => {
  it('are the ports of a switch with hardware under them; a tap of a VM is none', async () => {
    expect(judgeUplinks(await readInterfaces(fixture, []), [])).toEqual([
      {
        kind: 'uplink',
        id: '3c:ec:ef:00:00:01',
        name: 'br0/bond0',
        state: 'degraded',
        detail: 'up',
        target: '10000 Mbit/s',
        members: { active: 1, failed: 1 },
      },
    ]);
  });

  const net = (name: string, files: Record<string, string>) =>
    Object.fromEntries(Object.entries(files).map(([file, text]) => [`class/net/${name}/${file}`, text]));
  it('are found through a VLAN and in Open vSwitch', async () => {
    const sysfs = await treeOf({
      ...net('br1', { operstate: 'up', 'bridge/bridge_id': '' }),
      ...net('eth0', { operstate: 'up', carrier: '1', 'device/vendor': '' }),
      ...net('eth0.7', { operstate: 'lowerlayerdown', lower_eth0: '-> ../eth0', master: '-> ../br1' }),
      ...net('eth1', { operstate: 'down', 'device/vendor': '', master: '-> ../ovs-system' }),
      ...net('tap1', { operstate: 'unknown', carrier: '1', speed: '10', master: '-> ../ovs-system' }),
    });
    const tap = (await readInterfaces(sysfs, [])).find(({ name }) => name === 'tap1');
    expect(tap).toMatchObject({ carrier: null, speedMbit: null });
    expect(judgeUplinks(await readInterfaces(sysfs, []), []).map(({ name, state }) => [name, state])).toEqual([
      ['br1/eth0.7', 'down'],
      ['ovs-system/eth1', 'down'],
    ]);
  });

  it('are also those that an operator named, and one of these that is gone is down', async () => {
    const named = judgeUplinks(await readInterfaces(fixture, ['eno2', 'wlan0']), ['eno2', 'wlan0']);
    expect(named.map(({ name, state, detail }) => [name, state, detail])).toEqual([
      ['br0/bond0', 'degraded', 'up'],
      ['bond0/eno2', 'down', 'down'],
      ['wlan0', 'down', 'no such interface'],
    ]);
  });

  it('of a bond without a port that works are down, and a loop of interfaces is no end', async () => {
    const sysfs = await treeOf({
      ...net('br0', { operstate: 'up', 'bridge/bridge_id': '' }),
      ...net('bond0', { operstate: 'down', 'bonding/mode': '', lower_e: '-> ../e', master: '-> ../br0' }),
      ...net('e', { operstate: 'down', 'device/vendor': '', master: '-> ../bond0' }),
      ...net('a', { operstate: 'up', lower_b: '-> ../b', master: '-> ../br0' }),
      ...net('b', { operstate: 'up', lower_a: '-> ../a' }),
    });
    expect(judgeUplinks(await readInterfaces(sysfs, []), []).map(({ name, state }) => [name, state])).toEqual([
      ['br0/bond0', 'down'],
    ]);
  });
});
