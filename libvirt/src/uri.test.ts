import { describe, expect, it } from '@jest/globals';
import { openName, parseUri, withoutUser } from './uri.ts';

describe('a URI', () => {
  it.each([
    ['qemu:///system', { driver: 'qemu', transport: 'unix', host: null, port: null, path: '/system' }],
    ['qemu+unix:///session', { transport: 'unix', path: '/session' }],
    ['qemu://host.example/system', { transport: 'tls', host: 'host.example', port: null }],
    ['qemu+tls://host:16000/system', { transport: 'tls', host: 'host', port: 16_000 }],
    ['qemu+tcp://me@10.0.0.1/system', { transport: 'tcp', host: '10.0.0.1', port: null }],
    ['qemu+tcp://[2001:db8::1]:17/system', { transport: 'tcp', host: '2001:db8::1', port: 17 }],
    ['qemu+tls://[fe80::1%25eth0]/system', { host: 'fe80::1%eth0', port: null }],
    ['qemu+tcp:///system', { transport: 'tcp', host: null }],
    ['qemu+tcp://host:/system', { host: 'host', port: null }],
    ['qemu+SSH://root@host/system', { transport: 'ssh', host: 'host' }],
    ['test:///default', { driver: 'test', transport: 'unix', path: '/default' }],
    ['qemu+tls://host', { host: 'host', path: '/' }],
  ])('%s', (text, expected) => {
    expect(parseUri(text)).toMatchObject(expected);
  });

  it.each([
    ['?socket=/run/a%20b', [['socket', '/run/a b']]],
    ['?socket=/run/a+b', [['socket', '/run/a+b']]],
    [
      '?Socket=/a&MODE=direct',
      [
        ['socket', '/a'],
        ['mode', 'direct'],
      ],
    ],
    [
      '?a=1;b=2',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    ['?a=1&a=2', [['a', '1']]],
    ['?a=b=c', [['a', 'b=c']]],
    ['?no_verify', [['no_verify', '']]],
    ['?&=x', []],
    ['?', []],
  ])('has the parameters %s', (query, expected) => {
    expect([...parseUri(`qemu:///system${query}`).parameters]).toEqual(expected);
  });

  it.each([
    '',
    'system',
    'qemu:system',
    '/var/run/libvirt/libvirt-sock',
    '1qemu:///system',
    'qemu+:///system',
    'qemu:///system#part',
    'qemu+tcp://:16509/system',
    'qemu+tcp://host:0/system',
    'qemu+tcp://host:65536/system',
    'qemu+tcp://host:http/system',
    'qemu+tcp://ho st/system',
    'qemu+tcp://[host]/system',
    'qemu+tcp://[::1/system',
    'qemu+tcp://::1/system',
    'qemu:///system?socket=%',
    'qemu:///system?socket=%ff',
  ])('cannot be %p', (text) => {
    expect(() => parseUri(text)).toThrow(expect.objectContaining({ code: 'uri-unusable' }));
  });
});

/** Each as virsh 9.0 sends it, see `lab/src/transports.lab.test.ts` for the ones seen. */
describe('what is opened', () => {
  it.each([
    ['qemu:///system', 'qemu:///system'],
    ['qemu+tls://me@host:16000/system?pkipath=/pki&no_verify=1', 'qemu:///system'],
    ['qemu+unix:///system?socket=/a&mode=legacy&auth=none', 'qemu:///system'],
    ['test+unix:///default?socket=/a', 'test:///default'],
    ['test:///path/to%20file.xml', 'test:///path/to%20file.xml'],
    ['qemu+tcp://host/system?name=xen:///', 'xen:///'],
    ['qemu+tcp://host/system?proxy=auto&Netcat=nc&Flavour=a b', 'qemu:///system?Flavour=a%20b'],
    ['remote+tcp://host/', ''],
    ['remote+tcp://host/?name=qemu:///system', 'qemu:///system'],
  ])('%s opens %p', (uri, name) => {
    expect(openName(parseUri(uri))).toBe(name);
  });
});

it('is shown without its user', () => {
  expect(withoutUser('qemu+tcp://me:secret@host/system')).toBe('qemu+tcp://host/system');
  expect(withoutUser('qemu:///system?socket=/a@b')).toBe('qemu:///system?socket=/a@b');
});
