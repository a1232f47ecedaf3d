import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Machine } from '../machine.ts';
import { parseUri } from '../uri.ts';
import { socketPaths, unix } from './unix.ts';

const user: Machine = {
  isRoot: false,
  systemSockets: '/var/run/libvirt',
  userSockets: '/run/user/1000/libvirt',
  systemPki: '/etc/pki',
  userPki: '/home/me/.pki/libvirt',
};
const root = { ...user, isRoot: true };

describe('the sockets to try', () => {
  it.each([
    ['qemu:///system', '/var/run/libvirt', ['virtqemud-sock', 'libvirt-sock']],
    ['qemu+unix:///system', '/var/run/libvirt', ['virtqemud-sock', 'libvirt-sock']],
    ['lxc:///system', '/var/run/libvirt', ['virtlxcd-sock', 'libvirt-sock']],
    ['qemu:///system?mode=legacy', '/var/run/libvirt', ['libvirt-sock']],
    ['qemu:///system?mode=DIRECT', '/var/run/libvirt', ['virtqemud-sock']],
    ['qemu:///system?mode=auto', '/var/run/libvirt', ['virtqemud-sock', 'libvirt-sock']],
    ['remote:///', '/var/run/libvirt', ['libvirt-sock']],
    ['qemu:///session', '/run/user/1000/libvirt', ['virtqemud-sock', 'libvirt-sock']],
    ['test:///default', '/run/user/1000/libvirt', ['virttestd-sock', 'libvirt-sock']],
    ['qemu:///system?socket=/a/b&mode=direct', '/a', ['b']],
  ])('of %s', (uri, folder, names) => {
    const paths = socketPaths(parseUri(uri), { readOnly: false, machine: user });
    expect(paths).toEqual(names.map((name) => join(folder, name)));
  });

  it.each([
    ['qemu:///system', user, ['/var/run/libvirt/virtqemud-sock-ro', '/var/run/libvirt/libvirt-sock-ro']],
    // The user's own daemons have one socket for both.
    ['qemu:///session', user, ['/run/user/1000/libvirt/virtqemud-sock', '/run/user/1000/libvirt/libvirt-sock']],
    ['qemu:///session', root, ['/var/run/libvirt/virtqemud-sock-ro', '/var/run/libvirt/libvirt-sock-ro']],
  ])('of %s to read', (uri, machine, paths) => {
    expect(socketPaths(parseUri(uri), { readOnly: true, machine })).toEqual(paths);
  });

  it.each([
    'qemu+unix://host/system',
    'qemu:///embed',
    'qemu:///system?socket=a',
    'qemu:///system?mode=fast',
    'remote:///?mode=direct',
  ])('are none of %s', (uri) => {
    expect(() => socketPaths(parseUri(uri), { readOnly: false, machine: user })).toThrow(
      expect.objectContaining({ code: 'uri-unusable' }),
    );
  });
});

describe('the socket that is taken', () => {
  let systemSockets: string;
  const servers: Server[] = [];

  async function listen(name: string): Promise<string[]> {
    const met: string[] = [];
    const server = createServer((socket) => {
      met.push(name);
      socket.destroy();
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(join(systemSockets, name), resolve));
    return met;
  }

  async function open(uri: string): Promise<void> {
    const options = { readOnly: false, tls: {}, machine: { ...root, systemSockets } };
    const stream = await unix.open(parseUri(uri), options, { deadline: performance.now() + 5_000 });
    await new Promise((resolve) => stream.resume().once('close', resolve));
  }

  beforeEach(async () => {
    systemSockets = await mkdtemp(join(tmpdir(), 'sockets-'));
  });
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
    await rm(systemSockets, { recursive: true });
  });

  it("is the modular daemon's where both are", async () => {
    const [modular, monolithic] = [await listen('virtqemud-sock'), await listen('libvirt-sock')];
    await open('qemu:///system');
    expect([modular.length, monolithic.length]).toEqual([1, 0]);
    await open('qemu:///system?mode=legacy');
    expect(monolithic).toHaveLength(1);
  });

  it("is libvirtd's where virtqemud is not, or has left its socket behind", async () => {
    const monolithic = await listen('libvirt-sock');
    await open('qemu:///system');
    // Nobody listens on a file; connecting says ECONNREFUSED as for a socket whose daemon has ended.
    await writeFile(join(systemSockets, 'virtqemud-sock'), '');
    await open('qemu:///system');
    expect(monolithic).toHaveLength(2);
  });

  it('is none, and each that was tried is named', async () => {
    await mkdir(join(systemSockets, 'libvirt-sock'));
    await expect(open('qemu:///system')).rejects.toMatchObject({
      code: 'connect-failed',
      message: expect.stringMatching(/virtqemud-sock.*libvirt-sock/),
    });
  });
});
