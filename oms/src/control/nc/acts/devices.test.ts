import { describe, expect, it } from '@jest/globals';
import type { DomainDisk } from '../../host/domain-xml.ts';
import type { DiskPlace } from '../../messages.ts';
import { diskXml } from './attach-disk.ts';
import { snapshotXml } from './snapshot.ts';

const own = (...targets: string[]): DomainDisk[] =>
  targets.map((target) => ({
    target,
    type: 'file',
    device: 'disk',
    path: `/images/${target}`,
    format: 'raw',
    writable: true,
  }));
const file: DiskPlace = { type: 'file', path: `/p/a'<`, format: 'qcow2' };
const task = { kind: 'attach-disk', pool: 'p', volume: 'v' } as const;

describe('the XML of a disk (A35)', () => {
  it('takes the first target that is free, and the bus that its name stands for', () => {
    expect(diskXml(task, file, own('vda', 'vdc'))).toBe(
      "<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/p/a&apos;&lt;'/>" +
        "<target dev='vdb' bus='virtio'/></disk>",
    );
    expect(diskXml({ ...task, target: 'sda' }, file, [])).toContain("<target dev='sda' bus='scsi'/>");
    expect(diskXml({ ...task, target: 'sda', bus: 'sata' }, file, [])).toContain("<target dev='sda' bus='sata'/>");
  });

  it('names a block device, and says that it is read only', () => {
    const xml = diskXml({ ...task, readOnly: true }, { type: 'block', path: '/dev/vg/y', format: 'raw' }, []);
    expect(xml).toContain("<disk type='block' device='disk'>");
    expect(xml).toContain("<source dev='/dev/vg/y'/>");
    expect(xml).toContain('<readonly/>');
  });

  it('is not made where there is no target', () => {
    const all = own(...Array.from({ length: 26 }, (_, index) => `vd${String.fromCharCode(97 + index)}`));
    expect(() => diskXml(task, file, all)).toThrow(expect.objectContaining({ code: 'cannot-do' }));
    expect(() => diskXml({ ...task, target: 'vda' }, file, all)).toThrow('the VM has a disk vda already');
  });
});

describe('the XML of a snapshot (A33)', () => {
  it('names every disk of the VM, because libvirt takes a snapshot of what is not named', () => {
    expect(snapshotXml('s1', [{ ...file, target: 'vdb' }], own('vda', 'vdb'))).toBe(
      "<domainsnapshot><name>s1</name><disks><disk name='vda' snapshot='no'/>" +
        "<disk name='vdb' snapshot='external' type='file'><driver type='qcow2'/><source file='/p/a&apos;&lt;'/></disk>" +
        '</disks></domainsnapshot>',
    );
  });
});
