import { describe, expect, it } from '@jest/globals';
import { domainXml, escapeXml, kernelCommandLine, type DomainSettings } from './domain-xml.ts';

const settings: DomainSettings = {
  name: 'vm1',
  uuid: '6a4f7f5e-58a6-4a35-9c0e-2f6f0c1f8a11',
  vcpus: 2,
  memoryMiB: 128,
  onCrash: 'preserve',
  mac: '52:54:00:01:02:03',
  address: '10.77.0.100/24',
  gateway: '10.77.0.254',
};

describe('domain XML', () => {
  it('has what the product looks at: agent, panic device, balloon statistics, console file, pausing disk', () => {
    const xml = domainXml(settings, 'tcg');
    for (const part of [
      "<domain type='qemu'>",
      '<vcpu>2</vcpu>',
      "<memory unit='MiB'>128</memory>",
      '<on_crash>preserve</on_crash>',
      "<target type='virtio' name='org.qemu.guest_agent.0'/>",
      "<panic model='isa'/>",
      "<stats period='5'/>",
      "error_policy='stop'",
      `<source path='/var/log/libvirt/qemu/${settings.uuid}.console.log' append='on'/>`,
    ]) {
      expect(xml).toContain(part);
    }
  });

  it('asks for KVM where it works', () => {
    expect(domainXml(settings, 'kvm')).toContain("<domain type='kvm'>");
  });

  it.each([
    [`</name><on_crash>`, '&lt;/name&gt;&lt;on_crash&gt;'],
    [`a & b`, 'a &amp; b'],
    [`'"`, '&apos;&quot;'],
    ['虚拟机 ✓', '虚拟机 ✓'],
  ])('writes the name %j as text', (name, escaped) => {
    expect(escapeXml(name)).toBe(escaped);
    expect(domainXml({ ...settings, name }, 'tcg')).toContain(`<name>${escaped}</name>`);
  });

  it('lets no name into the kernel command line but as a host name', () => {
    const line = kernelCommandLine({ ...settings, name: 'x panic=1 init=/bin/sh' });
    expect(line.split(' ').filter((word) => /^(init|panic)=/.test(word))).toEqual(['panic=0']);
    expect(line).toContain('lab.hostname=x-panic-1-init-bin-sh ');
  });

  it('files disk and console under the uuid, whatever the name', () => {
    const xml = domainXml({ ...settings, name: '../../etc' }, 'tcg');
    expect(xml.match(/(file|path)='[^']*'/g)).toEqual([
      `file='/var/lib/libvirt/images/${settings.uuid}.raw'`,
      `path='/var/log/libvirt/qemu/${settings.uuid}.console.log'`,
    ]);
  });
});
