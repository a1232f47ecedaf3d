import { describe, expect, it } from '@jest/globals';
import { ConnectError } from './errors.ts';
import { parseUri } from './uri.ts';

describe('parseUri', () => {
  it.each([
    ['qemu:///system', false, 'qemu:///system', ['/var/run/libvirt/libvirt-sock', '/var/run/libvirt/virtqemud-sock']],
    [
      'qemu:///system',
      true,
      'qemu:///system',
      ['/var/run/libvirt/libvirt-sock-ro', '/var/run/libvirt/virtqemud-sock-ro'],
    ],
    ['qemu+unix:///system?socket=/run/a/sock', false, 'qemu:///system', ['/run/a/sock']],
    ['test+unix:///default?socket=/run/a%20b', true, 'test:///default', ['/run/a b']],
    ['qemu+unix:///session?socket=/run/user/1/libvirt-sock', false, 'qemu:///session', ['/run/user/1/libvirt-sock']],
  ])('%s (read-only %s)', (uri, readOnly, driverUri, socketPaths) => {
    expect(parseUri(uri, { readOnly })).toEqual({ driverUri, socketPaths });
  });

  it.each([
    ['', "'' is not a libvirt URI such as qemu:///system"],
    ['system', "'system' is not a libvirt URI such as qemu:///system"],
    ['qemu+tls://host/system', "transport 'tls' is not supported, only unix"],
    ['qemu+ssh://root@host/system', "transport 'ssh' is not supported, only unix"],
    ['qemu://host/system', 'a libvirt URI with a host needs a network transport; only unix is supported (qemu:///...)'],
    ['qemu:///system?sokcet=/a', "URI parameter 'sokcet' is not supported, only socket"],
    ['qemu:///system?socket=a', "socket 'a' is not an absolute path"],
    ['qemu:///session', "'qemu:///session' needs ?socket=/path/to/libvirt-sock"],
  ])('refuses %p', (uri, message) => {
    expect(() => parseUri(uri, { readOnly: false })).toThrow(new ConnectError(message));
  });
});
