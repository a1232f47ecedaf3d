import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from '@faultline/libvirt';
import { FakeLibvirtd } from '@faultline/libvirt/testing';
import { CONNECT_EACH, copyBuiltClient } from './built-client.ts';

const SLOW_MS = 60_000;
const run = promisify(execFile);

let folder: string;
let client: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'virsh-parity-'));
  await chmod(folder, 0o755);
  client = await copyBuiltClient(join(folder, 'client'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('what libvirt’s own client opens', () => {
  it.each([
    'qemu+unix:///system?socket=SOCKET',
    'qemu+unix:///system?socket=SOCKET&mode=legacy&no_verify=1&netcat=x&authfile=/dev/null',
    'test+unix:///default?socket=SOCKET',
    'qemu+unix:///system?socket=SOCKET&name=xen:///system',
    'qemu+unix:///system?socket=SOCKET&flavour=a%20b&Other=c/d',
    'remote+unix:///?socket=SOCKET',
    'qemu+tcp://me@HOST/system?a=b;c=d&A=2&=x&e',
    'qemu+tcp://HOST/a/../b%20c',
    'QEMU+tcp://HOST',
  ])(
    'we open too: %s',
    async (template) => {
      const daemon = await FakeLibvirtd.start({ listen: template.includes('HOST') ? 'tcp' : 'unix' });
      const uri = template.replace('SOCKET', daemon.socketPath).replace('HOST', new URL(daemon.uri).host);
      // It may not like the fake's later answers; what it opened is known by then.
      await run('virsh', ['--connect', uri, 'hostname']).catch(() => undefined);
      await (await connect({ uri })).close();
      const [theirs, ours] = daemon.openedNames;
      expect(ours).toBe(theirs);
      await daemon.stop();
    },
    SLOW_MS,
  );
});

/** In a mount namespace of its own, with files where sockets would be: what virsh says it chose, and what we tried. */
const CHOICE = `
  set -eu
  mkdir -p /run/libvirt && mount -t tmpfs tmpfs /run/libvirt
  for name in $PRESENT; do touch "/run/libvirt/$name"; done
  as_user="setpriv --reuid=$AS --clear-groups"
  LIBVIRT_DEBUG=1 $as_user virsh --connect "$URI" uri 2>&1 | grep -om1 'Chosen UNIX sockname=[^ ]*'
  $as_user "$NODE" --input-type=module -e "$CLIENT" "$BUILT" "[{\\"uri\\":\\"$URI\\"}]"
`;

describe('the socket that libvirt’s own client chooses', () => {
  it.each([
    ['qemu:///system', 0, ''],
    ['qemu:///system', 0, 'libvirt-sock'],
    ['qemu:///system', 0, 'libvirt-sock virtqemud-sock'],
    ['qemu:///system', 65_534, 'virtqemud-sock'],
    ['qemu+unix:///system?mode=legacy', 0, 'libvirt-sock virtqemud-sock'],
    ['qemu+unix:///system?mode=direct', 0, 'libvirt-sock'],
    ['qemu:///session', 0, 'libvirt-sock'],
    ['qemu:///session', 65_534, 'libvirt-sock virtqemud-sock'],
    ['test+unix:///default', 0, 'libvirt-sock'],
    ['test+unix:///default', 65_534, 'libvirt-sock'],
    ['lxc:///system', 0, 'libvirt-sock virtqemud-sock'],
    ['lxc:///system', 0, 'libvirt-sock virtlxcd-sock'],
    ['remote+unix:///', 0, 'libvirt-sock virtqemud-sock'],
  ])(
    'we choose too: %s as user %d, where there is "%s"',
    async (uri, user, present) => {
      const settings = {
        URI: uri,
        AS: `${user}`,
        PRESENT: present,
        NODE: process.execPath,
        CLIENT: CONNECT_EACH,
        BUILT: client,
      };
      const env = { ...process.env, LIBVIRT_AUTOSTART: '0', XDG_RUNTIME_DIR: '/run/nowhere', ...settings };
      const { stdout } = await run('unshare', ['--mount', 'bash', '-c', CHOICE], { env });
      const theirs = /sockname=(\S+)/.exec(stdout)?.[1];
      const [outcome] = JSON.parse(stdout.split('\n')[1] ?? '') as [{ message: string }];
      const tried = outcome.message.split('; ').map((failure) => failure.split(' ').slice(-2));
      // A file takes no connection (ECONNREFUSED): the first that is there is the one we would have taken.
      const ours = tried.find(([code]) => code === 'ECONNREFUSED') ?? tried.at(-1);
      expect(ours?.[1]).toBe(theirs);
    },
    SLOW_MS,
  );
});
