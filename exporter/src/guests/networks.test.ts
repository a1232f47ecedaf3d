import { describe, expect, it } from '@jest/globals';
import { BadSettingError } from '@faultline/program';
import { networksOf } from './configured-networks.ts';
import { domainNetworks, MAX_NICS } from './domain-networks.ts';
import { defaultGateways, planNic } from './guest-networks.ts';

const interfaceXml = (mac: string, source: string) =>
  `<interface type='bridge'><mac address='${mac}'/><source ${source}/></interface>`;
const domainXml = (metadata: string, ...interfaces: string[]) =>
  `<domain><metadata>${metadata}</metadata><devices>${interfaces.join('')}</devices></domain>`;
const NS = "'https://faultline.dev/ns/domain/1'";
const MAC = '52:54:00:00:00:01';
const NIC = interfaceXml(MAC, "bridge='br0'");

describe('the NICs of a domain (D3)', () => {
  it('are those of its XML, each with what the metadata records for its MAC', () => {
    const metadata = `<f:guest xmlns:f=${NS} external='198.51.100.7'>
      <f:interface mac='52:54:00:AA:00:01' type='intranet' gateway='10.0.0.1' ip='10.0.0.5'/></f:guest>`;
    const xml = domainXml(
      metadata,
      interfaceXml('52:54:00:aa:00:01', "network='lan' portgroup='blue' bridge='virbr0'"),
      interfaceXml('52:54:00:aa:00:02', "bridge='br1'"),
    );
    const empty = { bridge: null, network: null, portgroup: null, ip: null, gateway: null, type: null };
    expect(domainNetworks(xml)).toEqual({
      external: '198.51.100.7',
      nics: [
        {
          ...empty,
          mac: '52:54:00:aa:00:01',
          bridge: 'virbr0',
          network: 'lan',
          portgroup: 'blue',
          ip: '10.0.0.5',
          gateway: '10.0.0.1',
          type: 'intranet',
        },
        { ...empty, mac: '52:54:00:aa:00:02', bridge: 'br1' },
      ],
    });
  });

  it.each<[string, string]>([
    ['another prefix', `<x:guest xmlns:x=${NS}><x:interface mac='${MAC}' gateway='10.0.0.1'/></x:guest>`],
    ['the default namespace', `<guest xmlns=${NS}><interface mac='${MAC}' gateway='10.0.0.1'/></guest>`],
    [
      'metadata of others around it',
      `<nova:guest xmlns:nova='http://openstack.org/xmlns/libvirt/nova/1.1'/><f:guest xmlns:f=${NS}><f:interface mac='${MAC}' gateway='10.0.0.1'/></f:guest>`,
    ],
  ])('are found with %s', (_case, metadata) => {
    expect(domainNetworks(domainXml(metadata, NIC)).nics).toMatchObject([{ gateway: '10.0.0.1' }]);
  });

  it.each<[string, string]>([
    [
      'another namespace',
      `<f:guest xmlns:f='urn:x'><f:interface mac='${MAC}' gateway='10.0.0.1' type='intranet'/></f:guest>`,
    ],
    ['an option for ping', `<f:guest xmlns:f=${NS}><f:interface mac='${MAC}' gateway='-f' type='lan'/></f:guest>`],
    ['a command', `<f:guest xmlns:f=${NS}><f:interface mac='${MAC}' gateway='10.0.0.1; reboot'/></f:guest>`],
    ['no metadata', ''],
  ])('have nothing recorded by %s', (_case, metadata) => {
    expect(domainNetworks(domainXml(metadata, NIC)).nics).toMatchObject([{ gateway: null, type: null }]);
  });

  it('are each there once, and so many at most', () => {
    const many = Array.from({ length: 40 }, (_, index) => interfaceXml(`52:54:00:00:01:${index + 10}`, "bridge='b'"));
    expect(domainNetworks(domainXml('', NIC, NIC, '<interface/>')).nics).toHaveLength(1);
    expect(domainNetworks(domainXml('', ...many)).nics).toHaveLength(MAX_NICS);
    expect(domainNetworks('<domain/>')).toEqual({ nics: [], external: null });
  });
});

describe('the configured networks', () => {
  const [nic] = domainNetworks(domainXml('', NIC)).nics;
  const planned = (match: object, ips: string[] = []) => {
    const guest = {
      interfaces: [{ name: 'eth0', 'hardware-address': MAC, 'ip-addresses': ips.map((ip) => ({ 'ip-address': ip })) }],
      gateways: new Map<string, string>(),
    };
    const networks = networksOf({ networks: [{ match, gateway: '10.0.0.1', type: 'extranet' }] }, 'f');
    return nic && planNic(nic, networks, guest).gateway;
  };

  it('tell gateway and type by bridge, MAC prefix or address, all that is given together', () => {
    expect(planned({ bridge: 'br0' })).toBe('10.0.0.1');
    expect(planned({ bridge: 'br1' })).toBeNull();
    expect(planned({ bridge: 'br0', mac: '52:54:00' })).toBe('10.0.0.1');
    expect(planned({ bridge: 'br0', mac: 'fa:16:3e' })).toBeNull();
    expect(planned({ cidr: '10.1.0.0/16' }, ['10.1.2.3'])).toBe('10.0.0.1');
    expect(planned({ cidr: '10.1.0.0/16' }, ['10.2.2.3'])).toBeNull();
    expect(planned({ cidr: 'fd00::/8' }, ['fd00::5'])).toBe('10.0.0.1');
    expect(planned({ cidr: '10.1.0.0/16' })).toBeNull();
  });

  it.each<[string, unknown, string]>([
    ['no list', {}, 'required'],
    ['nothing', null, ''],
    ['no condition', { networks: [{ match: {} }] }, '/networks/0/match'],
    ['a type that is none', { networks: [{ match: { bridge: 'b' }, type: 'lan' }] }, '/networks/0/type'],
    ['a gateway that is none', { networks: [{ match: { bridge: 'b' }, gateway: '-f' }] }, '/networks/0/gateway'],
    ['a network that is none', { networks: [{ match: { cidr: '10.0.0.0/40' } }] }, '/networks/0/match/cidr'],
    ['a strange key', { networks: [{ match: { bridge: 'b' }, gw: '10.0.0.1' }] }, '/networks/0'],
  ])('are refused with %s, naming the place', (_case, content, place) => {
    expect(() => networksOf(content, '/etc/networks.yml')).toThrow(BadSettingError);
    expect(() => networksOf(content, '/etc/networks.yml')).toThrow(place);
  });
});

describe('the guest’s own routes', () => {
  it('give the gateway of each default route, and no other', () => {
    const routes = [
      'Iface\tDestination\tGateway \tFlags',
      'eth0\t00000000\tFE004D0A\t0003',
      'eth1\t00000000\t00000000\t0001',
      'eth2\t0000000A\t0100000A\t0003',
      'eth0\t00000000\t0100000A\t0003',
      'garbage',
    ].join('\n');
    expect([...defaultGateways(routes)]).toEqual([['eth0', '10.77.0.254']]);
    expect(defaultGateways('').size).toBe(0);
  });
});
