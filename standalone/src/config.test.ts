import { describe, expect, it } from '@jest/globals';
import { BadSettingError } from '@faultline/program';
import { readConfig } from './config.ts';

describe('standalone settings', () => {
  it('opens on loopback with everything in its place when told nothing', () => {
    expect(readConfig([], {}, '/srv/faultline')).toEqual({
      listen: { host: '127.0.0.1', port: 3000 },
      insecure: false,
      dataDir: '/srv/faultline/data',
      libvirtUri: 'qemu:///system',
      recordingDir: '/srv/faultline/scenarios/guest-panic',
    });
  });

  it('lets flags win over the environment, and the environment over LIBVIRT_DEFAULT_URI', () => {
    const env = {
      FAULTLINE_LISTEN: '0.0.0.0:1',
      LIBVIRT_DEFAULT_URI: 'test:///default',
      FAULTLINE_LIBVIRT_URI: 'qemu:///session',
    };
    expect(readConfig(['--listen', '[::1]:8080', '--data-dir', '/d'], env, '/r')).toMatchObject({
      listen: { host: '::1', port: 8080 },
      dataDir: '/d',
      libvirtUri: 'qemu:///session',
    });
  });

  it.each([
    [['--listen', '0.0.0.0:1'], {}, '--listen: 0.0.0.0 is for other machines too: it needs --insecure'],
    [['--listen', '127.0.0.1:0'], {}, '--listen: "127.0.0.1:0" is not allowed'],
    [['--listen', '127.0.0.1:70000'], {}, '--listen: "127.0.0.1:70000" is not allowed'],
    [['--listen', 'everywhere'], {}, '--listen: "everywhere" is not allowed'],
    [[], { FAULTLINE_LISTEN: 'a b:3000' }, 'FAULTLINE_LISTEN: "a b:3000" is not allowed'],
    [['--libvirt-uri', '/var/run/libvirt.sock'], {}, '--libvirt-uri: "/var/run/libvirt.sock" is not allowed'],
    [['--nonsense'], {}, '--nonsense: there is no such setting; allowed: --'],
    [['stray'], {}, 'stray: is not a flag'],
  ])('says in one line what is wrong with %j %j', (args, env, line) => {
    expect(() => readConfig(args, env, '/r')).toThrow(BadSettingError);
    expect(() => readConfig(args, env, '/r')).toThrow(line);
  });
});
