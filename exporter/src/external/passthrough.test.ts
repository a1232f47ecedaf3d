import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { describeDomain } from '../description/description.ts';
import { readDevices } from './parts/devices.ts';
import { passthroughItems } from './passthrough.ts';
import { Sysfs } from './sysfs.ts';

const devices = await readDevices(new Sysfs(join(import.meta.dirname, '../fixtures/sys')));

const pci = (bus: string, fn: string) =>
  `<hostdev mode='subsystem' type='pci' managed='yes'><source><address domain='0x0000' bus='${bus}' slot='0x00' function='${fn}'/></source></hostdev>`;
const usb = (source: string) => `<hostdev mode='subsystem' type='usb'><source>${source}</source></hostdev>`;

function itemsOf(xml: string, isRunning = true, found: typeof devices | null = devices) {
  const { hostDevices } = describeDomain(`<domain><devices>${xml}</devices></domain>`);
  return passthroughItems([{ name: 'vm1', isRunning, devices: hostDevices }], found).map(({ id, state, detail }) => [
    id,
    state,
    detail,
  ]);
}

describe('devices that VMs are given (B9, B18), on a fixture tree', () => {
  it.each([
    ['held for the VM', pci('0x41', '0x0'), true, ['pci 0000:41:00.0', 'up', 'held by VFIO']],
    ['not held for a VM that runs', pci('0x41', '0x1'), true, ['pci 0000:41:00.1', 'down', 'not held by VFIO']],
    ['not held for a VM that is off', pci('0x41', '0x1'), false, ['pci 0000:41:00.1', 'up', 'free']],
    ['gone', pci('0x42', '0x0'), false, ['pci 0000:42:00.0', 'down', 'is not there']],
    [
      'a network card',
      "<interface type='hostdev'><source><address type='pci' domain='0x0000' bus='0x41' slot='0x00' function='0x0'/></source></interface>",
      true,
      ['pci 0000:41:00.0', 'up', 'held by VFIO'],
    ],
    [
      'a USB device by what it is',
      usb("<vendor id='0x046d'/><product id='0xc31c'/>"),
      true,
      ['usb 046d:c31c', 'up', 'is there'],
    ],
    ['a USB device by its place', usb("<address bus='1' device='4'/>"), true, ['usb at 1-4', 'up', 'is there']],
    [
      'a USB device that was plugged elsewhere',
      usb("<vendor id='0x046d'/><product id='0xc31c'/><address bus='1' device='3'/>"),
      true,
      ['usb 046d:c31c at 1-3', 'down', 'is not there'],
    ],
    [
      'a mediated device that is gone',
      "<hostdev mode='subsystem' type='mdev' model='vfio-pci'><source><address uuid='C2177883-F1BB-47F0-914D-32A22E3A8804'/></source></hostdev>",
      true,
      ['mdev c2177883-f1bb-47f0-914d-32a22e3a8804', 'down', 'is not there'],
    ],
  ])('%s', (_case, xml, isRunning, expected) => {
    expect(itemsOf(xml, isRunning)).toEqual([expected]);
  });

  it('are unknown while sysfs cannot be read', () => {
    expect(itemsOf(pci('0x41', '0x0'), true, null)).toEqual([['pci 0000:41:00.0', 'unknown', 'could not be read']]);
  });

  it.each([
    "<hostdev mode='subsystem' type='scsi'><source><adapter name='scsi_host0'/></source></hostdev>",
    "<hostdev type='pci'><source><address bus='zz' slot='0x00' function='0x0'/></source></hostdev>",
    "<hostdev type='pci'/>",
    usb("<vendor id='0x046d'/>"),
    "<hostdev type='mdev'><source/></hostdev>",
  ])('are none in %s', (xml) => {
    expect(itemsOf(xml)).toEqual([]);
  });
});
