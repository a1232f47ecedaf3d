import { describe, expect, it } from '@jest/globals';
import { escapeXml, readDomainXml } from './domain-xml.ts';

const UUID = '11111111-1111-4111-8111-111111111111';

describe("a domain's XML", () => {
  it('tells name, UUID and disks', () => {
    const xml = `<?xml version='1.0'?><!-- ours --><domain type='qemu'>
      <name>a &amp; b</name><uuid>${UUID.toUpperCase()}</uuid>
      <devices>
        <disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/a b/x.qcow2'/><target dev='vda'/></disk>
        <disk type='block'><source dev='/dev/vg/y'/><target dev='vdb'/><shareable/></disk>
        <disk type='file' device='cdrom'><target dev='sda'/><readonly/></disk>
        <disk type='network' device='disk'><source protocol='rbd' name='p/i'/><target dev='vdc'/></disk>
      </devices></domain>`;
    const common = { device: 'disk', format: 'raw', writable: true };
    expect(readDomainXml(xml)).toEqual({
      name: 'a & b',
      uuid: UUID,
      disks: [
        { ...common, target: 'vda', type: 'file', path: '/a b/x.qcow2', format: 'qcow2' },
        { ...common, target: 'vdb', type: 'block', path: '/dev/vg/y', writable: false },
        { ...common, target: 'sda', type: 'file', device: 'cdrom', path: undefined, writable: false },
        { ...common, target: 'vdc', type: 'network', path: undefined },
      ],
    });
  });

  it('may leave its UUID to libvirt, and have no devices', () => {
    expect(readDomainXml('<domain><name>007</name></domain>')).toEqual({ name: '007', uuid: undefined, disks: [] });
  });

  it.each([
    ['nothing', ''],
    ['no XML', 'domain'],
    ['half of one', '<domain><name>a</name>'],
    ['tags that cross', '<domain><name>a</domain></name>'],
    ['a control character', '<domain><name>a\u0001</name></domain>'],
    ['two domains', '<domain><name>a</name></domain><domain><name>b</name></domain>'],
    ['a domain and more', '<domain><name>a</name></domain><x/>'],
    ['something else', '<network><name>a</name></network>'],
    ['no name', '<domain/>'],
    ['an empty name', '<domain><name/></domain>'],
    ['entities of its own', '<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]><domain><name>&e;</name></domain>'],
    ['a name of the prototype only', '<domain><constructor>a</constructor></domain>'],
    ['more than any domain has', `<domain><name>a</name>${' '.repeat(1_048_576)}</domain>`],
  ])('is refused with a code when it is %s', (_what, xml) => {
    expect(() => readDomainXml(xml)).toThrow(expect.objectContaining({ code: 'domain-xml-invalid' }));
  });

  it('is not left by what is put into it', () => {
    expect(escapeXml(`<a b='c' d="e">&`)).toBe('&lt;a b=&apos;c&apos; d=&quot;e&quot;&gt;&amp;');
  });
});
