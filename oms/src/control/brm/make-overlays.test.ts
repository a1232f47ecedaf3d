import { describe, expect, it } from '@jest/globals';
import type { DomainDisk } from '../host/domain-xml.ts';
import { disksToKeep, overlayXml } from './make-overlays.ts';

const disk = (target: string, more: Partial<DomainDisk> = {}): DomainDisk => ({
  target,
  type: 'file',
  device: 'disk',
  path: `/images/${target}`,
  format: 'raw',
  writable: true,
  ...more,
});

describe('the disks of a snapshot (A33)', () => {
  const disks = [
    disk('vda'),
    disk('sda', { device: 'cdrom', writable: false }),
    disk('vdb', { writable: false }),
    disk('vdc', { type: 'block' }),
  ];

  it('are all that can be written, or those that are asked for', () => {
    expect(disksToKeep(disks, undefined).map(({ target }) => target)).toEqual(['vda', 'vdc']);
    expect(disksToKeep(disks, ['vdb']).map(({ target }) => target)).toEqual(['vdb']);
  });

  it.each([
    [['vdz'], disks, 'the VM has no disk vdz'],
    [undefined, [disk('sda', { device: 'cdrom' })], 'the VM has no disk that can be written'],
    [undefined, [], 'the VM has no disk that can be written'],
    [
      undefined,
      [disk('vda', { type: 'network', path: undefined })],
      'disk vda is of type network, neither a file nor a block device',
    ],
  ])('%j of what the VM has cannot be kept', (wanted, of, message) => {
    expect(() => disksToKeep(of, wanted)).toThrow(expect.objectContaining({ code: 'cannot-do', message }));
  });

  it('go on in a volume that has the disk so far as its backing, whatever the names are', () => {
    const vm = { uuid: '11111111-1111-4111-8111-111111111111', name: `w'<&` };
    expect(overlayXml(disk('vda', { path: `/a'<` }), { name: 's1' }, vm)).toBe(
      "<volume><name>w&apos;&lt;&amp;-vda-s1.qcow2</name><capacity>0</capacity><target><format type='qcow2'/></target>" +
        "<backingStore><path>/a&apos;&lt;</path><format type='raw'/></backingStore></volume>",
    );
  });
});
