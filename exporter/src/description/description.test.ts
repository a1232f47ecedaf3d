import { describe, expect, it } from '@jest/globals';
import { describeDomain } from './description.ts';

const domain = (inside: string) => `<domain type='kvm'><name>a &lt;b&gt;</name>${inside}</domain>`;
const withDevices = (devices: string) => domain(`<devices>${devices}</devices>`);
const channel = (name: string, state = '') =>
  `<channel type='unix'><source mode='bind'/><target type='virtio' name='${name}'${state}/></channel>`;

describe('agent channel', () => {
  it.each([
    ['connected', channel('org.qemu.guest_agent.0', " state='connected'"), 'connected'],
    ['disconnected', channel('org.qemu.guest_agent.0', " state='disconnected'"), 'disconnected'],
    ['without a state: the domain does not run', channel('org.qemu.guest_agent.0'), 'disconnected'],
    ['none', '', null],
    ['another channel only', channel('com.redhat.spice.0', " state='connected'"), null],
    [
      'one of two',
      channel('com.redhat.spice.0') + channel('org.qemu.guest_agent.0', " state='connected'"),
      'connected',
    ],
  ])('%s', (_case, channels, expected) => {
    expect(describeDomain(withDevices(channels)).agentChannel).toBe(expected);
  });
});

describe('interfaces', () => {
  const bridged = `<interface type='bridge'><mac address='52:54:00:AB:cd:01'/><source bridge='br0'/>
    <virtualport type='openvswitch'><parameters interfaceid='port-1'/></virtualport>
    <target dev='vnet0'/><model type='virtio'/><mtu size='9000'/><link state='down'/><alias name='net0'/></interface>`;

  it('reads what each is connected to, and the device that its statistics go by', () => {
    const { interfaces } = describeDomain(
      withDevices(`${bridged}<interface type='network'><source network='default' bridge='virbr0'/></interface>`),
    );
    expect(interfaces).toEqual([
      {
        type: 'bridge',
        mac: '52:54:00:ab:cd:01',
        sourceBridge: 'br0',
        sourceNetwork: '',
        sourceDevice: '',
        targetDevice: 'vnet0',
        model: 'virtio',
        mtu: '9000',
        virtualPort: 'port-1',
        link: 'down',
        alias: 'net0',
      },
      expect.objectContaining({ type: 'network', sourceNetwork: 'default', sourceBridge: 'virbr0', targetDevice: '' }),
    ]);
  });
});

describe('disks', () => {
  it('reads the image, the device and the limits that are set', () => {
    const { disks } = describeDomain(
      withDevices(`<disk type='file' device='disk'><driver name='qemu' type='qcow2' cache='none' discard='unmap'/>
        <source file='/images/a &amp; b.qcow2'/><target dev='vda' bus='virtio'/><serial>007</serial>
        <iotune><total_bytes_sec>1000</total_bytes_sec><read_iops_sec>no</read_iops_sec></iotune></disk>
        <disk type='network' device='cdrom'><source protocol='rbd' name='pool/x'/><target dev='sda' bus='sata'/></disk>`),
    );
    expect(disks).toHaveLength(2);
    expect(disks[0]).toEqual({
      device: 'disk',
      type: 'file',
      targetDevice: 'vda',
      targetBus: 'virtio',
      driverName: 'qemu',
      driverType: 'qcow2',
      driverCache: 'none',
      driverDiscard: 'unmap',
      sourceFile: '/images/a & b.qcow2',
      sourceProtocol: '',
      serial: '007',
      limits: new Map([['total_bytes_sec', 1000]]),
    });
    expect(disks[1]).toMatchObject({ device: 'cdrom', type: 'network', sourceProtocol: 'rbd', sourceFile: '' });
  });
});

describe('OpenStack metadata', () => {
  const instance = (uri: string, prefix: string) => `<metadata><other:instance xmlns:other='urn:other'/>
    <${prefix}instance xmlns${prefix === '' ? '' : `:${prefix.slice(0, -1)}`}='${uri}'>
      <${prefix}name>web-1</${prefix}name><${prefix}flavor name='m1.small'><${prefix}vcpus>1</${prefix}vcpus></${prefix}flavor>
      <${prefix}owner><${prefix}user uuid='u-1'>ann</${prefix}user><${prefix}project uuid='p-1'>shop</${prefix}project></${prefix}owner>
    </${prefix}instance></metadata>`;
  const shop = {
    name: 'web-1',
    flavor: 'm1.small',
    userName: 'ann',
    userId: 'u-1',
    projectName: 'shop',
    projectId: 'p-1',
  };

  it.each([
    ['as Nova writes it', 'http://openstack.org/xmlns/libvirt/nova/1.1', 'nova:', shop],
    ['under another prefix, of an older Nova', 'http://openstack.org/xmlns/libvirt/nova/1.0', 'n:', shop],
    ['without a prefix', 'http://openstack.org/xmlns/libvirt/nova/1.1', '', shop],
    ['of somebody else', 'http://example.com/nova', 'nova:', null],
  ])('%s', (_case, uri, prefix, expected) => {
    expect(describeDomain(domain(instance(uri, prefix))).openstack).toEqual(expected);
  });

  it('is what little there is, when Nova wrote little', () => {
    const xml = domain(
      `<metadata><nova:instance xmlns:nova='http://openstack.org/xmlns/libvirt/nova/1.1'/></metadata>`,
    );
    expect(describeDomain(xml).openstack).toEqual({
      name: '',
      flavor: '',
      userName: '',
      userId: '',
      projectName: '',
      projectId: '',
    });
  });
});

it('reads title, type, architecture and machine', () => {
  const xml = domain(`<title>the shop</title><os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type></os>`);
  expect(describeDomain(xml)).toMatchObject({
    title: 'the shop',
    os: { type: 'hvm', arch: 'x86_64', machine: 'pc-q35-7.2' },
  });
});

describe('hostile XML', () => {
  it.each([
    ['not a domain', '<network/>'],
    ['text where elements belong', domain('<devices>none</devices><os>none</os><metadata>none</metadata>')],
    ['names of JavaScript', domain('<devices><toString/></devices><metadata><hasOwnProperty/></metadata>')],
    ['the same element many times', domain('<os/><os/><devices/><devices/><metadata/><metadata/>')],
  ])('%s describes nothing', (_case, xml) => {
    expect(describeDomain(xml)).toEqual({
      agentChannel: null,
      title: '',
      os: { type: '', arch: '', machine: '' },
      disks: [],
      interfaces: [],
      hostDevices: [],
      openstack: null,
    });
  });

  it.each([
    [
      'an entity bomb',
      `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><domain><title>&b;</title></domain>`,
    ],
    ['more than a domain can be', domain(`<title>${'x'.repeat(1_100_000)}</title>`)],
    ['elements without an end in sight', `<domain>${'<a>'.repeat(10_000)}`],
  ])('%s is refused', (_case, xml) => {
    expect(() => describeDomain(xml)).toThrow();
  });

  it('cuts a text that would be too long a label, and never in the middle of a character', () => {
    const { title } = describeDomain(domain(`<title>${'x'.repeat(1023)}💥💥</title>`));
    expect(title).toBe('x'.repeat(1023));
  });
});
