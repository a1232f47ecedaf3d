import { execFile, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, superviseConnection, LibvirtError, type ConnectOptions } from '@faultline/libvirt';
import { CONNECT_EACH, copyBuiltClient } from './built-client.ts';
import type { LabHost } from './host.ts';
import { Lab } from './lab.ts';
import { makePki } from './pki.ts';
import { HOST_FOLDER } from './provisions.ts';
import { runnerFor } from './run.ts';
import { waitFor } from './wait.ts';

const SLOW_MS = 60_000;
const run = promisify(execFile);

let lab: Lab;
let host: LabHost;
let client: string;

async function enterHost(): Promise<string[]> {
  const pid = (await host.processes())[0]?.pid ?? 0;
  return ['--target', `${pid}`, '--net', '--mount'];
}

/** Connects from inside the host: its network, where TCP is, and its folders, where the standard sockets are. */
async function fromInside(cases: readonly ConnectOptions[], as: readonly string[] = []): Promise<unknown[]> {
  const program = [process.execPath, '--input-type=module', '-e', CONNECT_EACH, client, JSON.stringify(cases)];
  const { stdout } = await run('nsenter', [...(await enterHost()), ...as, ...program]);
  return JSON.parse(stdout) as unknown[];
}

const inside = async (uri: string, options: Partial<ConnectOptions> = {}): Promise<unknown> =>
  (await fromInside([{ uri, ...options }]))[0];

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lab-transports-'));
  await chmod(folder, 0o755);
  lab = await Lab.up({ folder, guests: [], boot: false });
  host = lab.host('hA');
  client = await copyBuiltClient(join(host.folder, 'client'));
}, SLOW_MS);

afterAll(() => lab.down(), SLOW_MS);

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

const DOMAIN = `
  <domain type="qemu"><name>idle</name><memory unit="MiB">32</memory><os><type>hvm</type></os></domain>`;

/** Connects, says so, and prints why the connection ended. */
const WATCHER = `
  const { connect } = await import(process.argv[1]);
  const keepalive = { intervalMs: 200, count: 3 };
  const connection = await connect({ uri: process.argv[2], keepalive });
  console.log(await connection.hostname());
  const { code, message } = await connection.closed;
  console.log(JSON.stringify({ code, message }));
`;

describe('a real libvirtd that is lost', () => {
  it(
    'ends a loop over its events with the reason, after what it told; and is connected to again',
    async () => {
      const stop = new AbortController();
      const losses: string[] = [];
      const told: string[][] = [];
      const kept = superviseConnection({
        connect: (signal) => connect({ uri: host.uri, signal }),
        session: async (connection) => {
          const events = await connection.events();
          const kinds: string[] = [];
          told.push(kinds);
          for await (const event of events) kinds.push(event.kind === 'lifecycle' ? event.event : event.kind);
        },
        onSetback: ({ during, error }) =>
          losses.push(`${during} ${error instanceof LibvirtError ? error.code : error.message}`),
        backoff: { firstMs: 20, maxMs: 100 },
        signal: stop.signal,
      });
      const sessions = (count: number) =>
        waitFor(() => (told.length === count ? true : undefined), { what: `session ${count}`, deadlineMs: 20_000 });
      await sessions(1);
      const file = join(host.folder, 'idle.xml');
      await writeFile(file, DOMAIN);
      await host.virsh(['define', file]);
      await host.virsh(['undefine', 'idle']);
      await host.restartLibvirtd({ signal: 'SIGKILL' });
      await sessions(2);
      expect(told[0]).toEqual(['defined', 'undefined']);
      expect(losses[0]).toBe('session connection-lost');
      stop.abort();
      await kept;
    },
    SLOW_MS,
  );

  it(
    'is given up in time when the cable is cut without a word',
    async () => {
      const program = ['--input-type=module', '-e', WATCHER, client, `qemu+tcp://${host.address}/system`];
      const network = `--net=${join(lab.folder, 'switch', 'netns')}`;
      const watcher = spawn('nsenter', [network, process.execPath, ...program], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      try {
        const lines = createInterface(watcher.stdout)[Symbol.asyncIterator]();
        expect((await lines.next()).value).toBe('hA');
        await host.cutLink();
        const began = performance.now();
        expect(JSON.parse(String((await lines.next()).value))).toEqual({
          code: 'connection-lost',
          message: 'no sign of life for 600 ms',
        });
        expect(performance.now() - began).toBeLessThan(5_000);
      } finally {
        watcher.kill();
        await host.mendLink();
      }
    },
    SLOW_MS,
  );
});

describe('a real libvirtd that asks who we are', () => {
  let pki: string;
  let tls: string;

  beforeAll(async () => {
    pki = join(host.folder, 'pki');
    tls = `qemu+tls://${host.address}/system`;
    await mkdir(pki);
    await makePki(runnerFor(lab.folder), pki, host.address);
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
        const polkit = ['bash', join(HOST_FOLDER, 'polkit.sh'), join(host.folder, 'rules')];
        await run('nsenter', [...(await enterHost()), ...polkit], { timeout: 20_000 });
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

  it('asks polkit about other users, and lets in whom it allows; root is not asked', async () => {
    const system = [{ uri: 'qemu:///system' }];
    const as = (uid: number) => ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'];
    const [nobody, daemon] = [as(65_534), as(1)];
    expect(await fromInside(system, nobody)).toMatchObject([{ hostname: 'hA' }]);
    expect(await fromInside([{ uri: 'qemu:///system?auth=polkit' }], nobody)).toMatchObject([{ hostname: 'hA' }]);
    expect(await fromInside(system, daemon)).toMatchObject([{ code: 'authentication-required', offered: ['polkit'] }]);
    expect(await fromInside([{ uri: 'qemu:///system', readOnly: true }], daemon)).toMatchObject([{ hostname: 'hA' }]);
    expect(await fromInside(system)).toMatchObject([{ hostname: 'hA' }]);
  });
});
