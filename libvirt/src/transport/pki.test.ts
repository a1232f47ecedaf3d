import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Machine } from '../machine.ts';
import { pkiPaths, readCredentials } from './pki.ts';

let folder: string;
let user: Machine;
let root: Machine;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pki-'));
  const [systemPki, userPki] = [join(folder, 'etc'), join(folder, 'home')];
  user = { isRoot: false, systemSockets: '', userSockets: '', systemPki, userPki };
  root = { ...user, isRoot: true };
});
afterEach(() => rm(folder, { recursive: true }));

/** Files that hold their own path. */
async function put(...paths: string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), path);
  }
}

/** Paths below the test's folder. */
async function chosen(machine: Machine, pkipath?: string): Promise<string[]> {
  const { ca, crl, cert, key } = await pkiPaths(pkipath, {}, machine);
  return [ca, crl, cert, key].map((path) => path.slice(folder.length + 1));
}

const system = [
  'etc/CA/cacert.pem',
  'etc/CA/cacrl.pem',
  'etc/libvirt/clientcert.pem',
  'etc/libvirt/private/clientkey.pem',
];

describe('where certificates are', () => {
  it("the system's, for root and for who has none", async () => {
    await put('home/cacrl.pem');
    expect(await chosen(root)).toEqual(system);
    await rm(join(folder, 'home'), { recursive: true });
    expect(await chosen(user)).toEqual(system);
  });

  it("the user's own, file by file", async () => {
    await put('home/cacert.pem', 'home/clientcert.pem');
    expect(await chosen(user)).toEqual(['home/cacert.pem', ...system.slice(1)]);
    await put('home/clientkey.pem', 'home/cacrl.pem');
    expect(await chosen(user)).toEqual([
      'home/cacert.pem',
      'home/cacrl.pem',
      'home/clientcert.pem',
      'home/clientkey.pem',
    ]);
  });

  it('all in pkipath, there or not', async () => {
    await put('home/cacert.pem');
    const expected = ['x/cacert.pem', 'x/cacrl.pem', 'x/clientcert.pem', 'x/clientkey.pem'];
    expect(await chosen(user, join(folder, 'x'))).toEqual(expected);
    await expect(chosen(user, 'relative')).rejects.toMatchObject({ code: 'uri-unusable' });
  });

  it('explicit files, instead of one or of all', async () => {
    const paths = await pkiPaths('/p', { caFile: '/ca', certFile: '/c', keyFile: '/k' }, user);
    expect(paths).toMatchObject({ ca: '/ca', crl: '/p/cacrl.pem', cert: '/c', key: '/k' });
    await expect(pkiPaths(undefined, { certFile: '/c' }, user)).rejects.toMatchObject({ code: 'tls-failed' });
    await expect(pkiPaths(undefined, { keyFile: '/k' }, user)).rejects.toMatchObject({ code: 'tls-failed' });
  });
});

describe('what is in them', () => {
  const read = async (files = {}, verify = true) =>
    readCredentials(await pkiPaths(join(folder, 'p'), files, user), { verify });

  it('a CA alone will do', async () => {
    await put('p/cacert.pem');
    expect(await read()).toEqual({ ca: 'p/cacert.pem', crl: null, cert: null, key: null });
  });

  it('without a CA nothing can be verified', async () => {
    await put('p/clientcert.pem', 'p/clientkey.pem');
    await expect(read()).rejects.toMatchObject({ code: 'tls-failed', cause: { code: 'ENOENT' } });
    expect(await read({}, false)).toMatchObject({ ca: null, cert: 'p/clientcert.pem', key: 'p/clientkey.pem' });
  });

  it('a certificate needs its key', async () => {
    await put('p/cacert.pem', 'p/clientcert.pem');
    await expect(read()).rejects.toMatchObject({ code: 'tls-failed' });
  });

  it('what the caller named must be there', async () => {
    await put('p/cacert.pem');
    await expect(read({ crlFile: '/nowhere/crl' })).rejects.toMatchObject({ code: 'tls-failed' });
    await expect(read({ caFile: '/nowhere/ca' }, false)).rejects.toMatchObject({ code: 'tls-failed' });
    await expect(read({ certFile: '/nowhere/c', keyFile: '/nowhere/k' })).rejects.toMatchObject({ code: 'tls-failed' });
  });
});
