import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, type ConnectOptions } from '@faultline/libvirt';
import { FakeLibvirtd } from '@faultline/libvirt/testing';
import type { LabHost } from './host.ts';
import { Lab } from './lab.ts';

const SLOW_MS = 60_000;
const run = promisify(execFile);

/** A program that connects, one after another, and prints what came of it. Built, as users run it. */
const CLIENT = `
  const [client, cases] = process.argv.slice(1);
  const { connect } = await import(client);
  const outcomes = [];
  for (const options of JSON.parse(cases)) {
    try {
      const connection = await connect({ connectTimeoutMs: 8000, ...options });
      outcomes.push({ hostname: await connection.hostname(), domains: (await connection.listAllDomains()).length });
      await connection.close();
    } catch ({ code, message, offered }) {
      outcomes.push({ code, message, offered });
    }
  }
  console.log(JSON.stringify(outcomes));
`;

const BUILT = join(import.meta.dirname, '..', '..', 'libvirt', 'dist', 'index.js');

let lab: Lab;
let host: LabHost;

/** Connects from inside the host: its network, where TCP is, and its folders, where the standard sockets are. */
async function fromInside(cases: readonly ConnectOptions[], as: readonly string[] = []): Promise<unknown[]> {
  const pid = (await host.processes())[0]?.pid ?? 0;
  const enter = ['--target', `${pid}`, '--net', '--mount'];
  const program = [process.execPath, '--input-type=module', '-e', CLIENT, BUILT, JSON.stringify(cases)];
  const { stdout } = await run('nsenter', [...enter, ...as, ...program]);
  return JSON.parse(stdout) as unknown[];
}

const inside = async (uri: string, options: Partial<ConnectOptions> = {}): Promise<unknown> =>
  (await fromInside([{ uri, ...options }]))[0];

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lab-transports-'));
  await chmod(folder, 0o755);
  lab = await Lab.up({ folder, guests: [], boot: false });
  host = lab.host('hA');
}, SLOW_MS);

afterAll(() => lab.down(), SLOW_MS);

describe('what libvirt’s own client opens', () => {
  it.each([
    'qemu+unix:///system?socket=SOCKET',
    'qemu+unix:///system?socket=SOCKET&mode=legacy&no_verify=1&netcat=x&authfile=/dev/null',
    'test+unix:///default?socket=SOCKET',
    'qemu+unix:///system?socket=SOCKET&name=xen:///system',
    'qemu+unix:///system?socket=SOCKET&flavour=a%20b&Other=c/d',
    'remote+unix:///?socket=SOCKET',
  ])(
    'we open too: %s',
    async (template) => {
      const daemon = await FakeLibvirtd.start();
      const uri = template.replace('SOCKET', daemon.socketPath);
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

describe('a real libvirtd', () => {
  it(
    'is found at its standard socket, by TCP, and with the test driver inside',
    async () => {
      const uris = [
        'qemu:///system',
        'qemu+unix:///system?mode=legacy',
        'qemu:///session',
        `qemu+tcp://${host.address}/system`,
        `qemu+tcp://${host.address}:16509/system`,
        `test+tcp://${host.address}/default`,
        'test:///default',
      ];
      const here = { hostname: 'hA', domains: 0 };
      const testDriver = { hostname: 'hA', domains: 1 };
      expect(await fromInside(uris.map((uri) => ({ uri })))).toEqual([
        here,
        here,
        here,
        here,
        here,
        testDriver,
        testDriver,
      ]);
      expect(await fromInside(uris.map((uri) => ({ uri, readOnly: true })))).toHaveLength(uris.length);
    },
    SLOW_MS,
  );

  it(
    'is found at the socket of a modular daemon, where there is one',
    async () => {
      const direct = 'qemu:///system?mode=direct';
      expect(await inside(direct)).toMatchObject({ code: 'connect-failed' });
      await symlink('libvirt-sock', join(host.folder, 'run', 'virtqemud-sock'));
      expect(await inside(direct)).toMatchObject({ hostname: 'hA' });
      await rename(join(host.folder, 'run', 'libvirt-sock'), join(host.folder, 'run', 'away'));
      expect(await inside('qemu:///system')).toMatchObject({ code: 'connect-failed' });
      await rename(join(host.folder, 'run', 'away'), join(host.folder, 'run', 'libvirt-sock'));
    },
    SLOW_MS,
  );
});

/** As libvirt's documentation makes them. */
async function makePki(folder: string): Promise<void> {
  const certtool = (...args: string[]) => run('certtool', args);
  const template = async (name: string, lines: string[]): Promise<string> => {
    const path = join(folder, `${name}.info`);
    await writeFile(path, lines.join('\n'));
    return path;
  };
  const authority = async (name: string): Promise<void> => {
    await mkdir(join(folder, name), { recursive: true });
    const info = await template(name, [`cn = ${name}`, 'ca', 'cert_signing_key']);
    await certtool('--generate-privkey', '--rsa', '--bits', '2048', '--outfile', join(folder, `${name}.key`));
    const files = ['--load-privkey', join(folder, `${name}.key`), '--outfile', join(folder, name, 'cacert.pem')];
    await certtool('--generate-self-signed', '--template', info, ...files);
  };
  const issue = async (ca: string, kind: 'server' | 'client', names: string[]): Promise<void> => {
    const key = join(folder, ca, `${kind}key.pem`);
    const info = await template(`${ca}-${kind}`, [...names, `tls_www_${kind}`, 'signing_key', 'encryption_key']);
    await certtool('--generate-privkey', '--rsa', '--bits', '2048', '--outfile', key);
    const signer = [
      '--load-ca-certificate',
      join(folder, ca, 'cacert.pem'),
      '--load-ca-privkey',
      join(folder, `${ca}.key`),
    ];
    const outfile = ['--outfile', join(folder, ca, `${kind}cert.pem`)];
    await certtool('--generate-certificate', '--template', info, '--load-privkey', key, ...signer, ...outfile);
  };
  await authority('ours');
  await issue('ours', 'server', ['cn = hA', 'dns_name = hA', `ip_address = ${host.address}`]);
  await issue('ours', 'client', ['cn = client']);
  await authority('strangers');
  await issue('strangers', 'client', ['cn = stranger']);
}

describe('a real libvirtd that asks who we are', () => {
  let pki: string;
  let tls: string;

  beforeAll(async () => {
    pki = join(host.folder, 'pki');
    tls = `qemu+tls://${host.address}/system`;
    await mkdir(pki);
    await makePki(pki);
    const settings = {
      listen_tls: 1,
      ca_file: `"${pki}/ours/cacert.pem"`,
      cert_file: `"${pki}/ours/servercert.pem"`,
      key_file: `"${pki}/ours/serverkey.pem"`,
      auth_tls: '"none"',
      auth_tcp: '"sasl"',
      auth_unix_rw: '"polkit"',
      unix_sock_rw_perms: '"0777"',
    };
    await host.restartLibvirtd({
      whileDown: async () => {
        const file = join(host.folder, 'etc', 'libvirtd.conf');
        const kept = (await readFile(file, 'utf8'))
          .split('\n')
          .filter((line) => !((line.split(' = ')[0] ?? '') in settings));
        const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
        await writeFile(file, [...kept, ...lines, ''].join('\n'));
      },
    });
  }, SLOW_MS);

  it(
    'lets us in by TLS: with pkipath, with files, reading only, and without looking at its certificate',
    async () => {
      const files = {
        caFile: join(pki, 'ours', 'cacert.pem'),
        certFile: join(pki, 'ours', 'clientcert.pem'),
        keyFile: join(pki, 'ours', 'clientkey.pem'),
      };
      const cases = [
        { uri: `${tls}?pkipath=${pki}/ours` },
        { uri: tls, tls: files },
        { uri: `qemu://${host.address}:16514/system?pkipath=${pki}/ours`, readOnly: true },
        { uri: `${tls}?pkipath=${pki}/ours&no_verify=1`, tls: { caFile: `${pki}/strangers/cacert.pem` } },
      ];
      expect(await fromInside(cases)).toEqual(cases.map(() => ({ hostname: 'hA', domains: 0 })));
    },
    SLOW_MS,
  );

  it(
    'does not, and we say why: no certificate, that of a stranger, a daemon we do not trust',
    async () => {
      const [none, stranger, untrusted, system] = await fromInside([
        { uri: tls, tls: { caFile: `${pki}/ours/cacert.pem` } },
        { uri: `${tls}?pkipath=${pki}/strangers`, tls: { caFile: `${pki}/ours/cacert.pem` } },
        { uri: `${tls}?pkipath=${pki}/strangers` },
        { uri: tls },
      ]);
      const refused = { code: 'tls-failed', message: expect.stringContaining('does not accept') };
      expect(none).toMatchObject(refused);
      expect(stranger).toMatchObject(refused);
      expect(untrusted).toMatchObject({ code: 'tls-failed', message: expect.stringContaining('no TLS with') });
      expect(system).toMatchObject({ code: 'tls-failed', message: expect.stringContaining('/etc/pki/CA/cacert.pem') });
    },
    SLOW_MS,
  );

  it('asks for SASL by TCP', async () => {
    expect(await inside(`qemu+tcp://${host.address}/system`)).toMatchObject({
      code: 'authentication-required',
      offered: ['sasl'],
    });
  });

  it('asks polkit about another user, who is told what to do; root is not asked', async () => {
    const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
    const [denied] = await fromInside([{ uri: 'qemu:///system' }], nobody);
    expect(denied).toMatchObject({ code: 'authentication-required', offered: ['polkit'] });
    const [reading] = await fromInside([{ uri: 'qemu:///system', readOnly: true }], nobody);
    expect(reading).toMatchObject({ hostname: 'hA' });
    expect(await inside('qemu:///system')).toMatchObject({ hostname: 'hA' });
  });
});
