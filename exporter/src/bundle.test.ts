import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { FakeLibvirtd } from '@faultline/libvirt/testing';
import bcrypt from 'bcryptjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { busyStats } from './fixtures/host.ts';
import { VERSION } from './version.ts';

const SCRIPT = fileURLToPath(new URL('../scripts/bundle.mjs', import.meta.url));
const LISTENS = /urls="\[\\"(http[^"\\]+)\\"\]"/;

let folder: string;
/** An otherwise empty folder with the one file, called as an operator would call it. */
let installed: string;
const children: ChildProcess[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-bundle-'));
  execFileSync(process.execPath, [SCRIPT, '--out', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  mkdirSync(join(folder, 'bin'));
  installed = join(folder, 'bin/faultline-exporter');
  copyFileSync(join(folder, 'faultline-exporter.cjs'), installed);
}, 30_000);
afterAll(() => {
  rmSync(folder, { recursive: true });
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** Starts it by its own first line, with nothing of this process's environment but where Node.js is. */
function start(args: string[], cwd: string) {
  const child = spawn(installed, args, { cwd, env: { PATH: `${process.execPath}/..:/usr/bin:/bin` } });
  children.push(child);
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const listens = new Promise<string>((resolve, reject) => {
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        const [, url] = LISTENS.exec(output) ?? [];
        if (url !== undefined) resolve(url);
      });
    }
    void exited.then(() => {
      reject(new Error(`it ended before it listened:\n${output}`));
    });
  });
  listens.catch(() => undefined);
  return { child, exited, listens };
}

/** Asks again until the answer says so. */
async function until(ask: () => Promise<string>, isSo: (answer: string) => boolean): Promise<string> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const answer = await ask();
    if (isSo(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`not within 10 s; the last answer:\n${answer}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('the bundle', () => {
  it('is one file, beside it where its lines come from and whose they are', () => {
    expect(readdirSync(folder).sort()).toEqual([
      'bin',
      'faultline-exporter.LICENSES.txt',
      'faultline-exporter.cjs',
      'faultline-exporter.cjs.map',
    ]);
    const licences = readFileSync(join(folder, 'faultline-exporter.LICENSES.txt'), 'utf8');
    expect(licences).toContain('come from published patent documents');
    for (const name of ['pino', 'prom-client', 'fast-xml-parser', 'yaml', 'bcryptjs']) {
      expect(licences).toMatch(new RegExp(`^${name} [0-9.]+ \\(`, 'm'));
    }
  });

  it('says its version, and which setting is wrong', async () => {
    const version = start(['--version'], folder);
    expect(await text(version.child.stdout)).toContain(`faultline-exporter, version ${VERSION}\n`);
    const wrong = start(['--cycle.interval=1'], folder);
    expect(await text(wrong.child.stderr)).toMatch(/^faultline-exporter: --cycle\.interval: "1" is not allowed;.*\n$/);
    expect((await wrong.exited)[0]).toBe(2);
  });

  it('observes a host with nothing else in its folder, asks for a password, and ends when it is told to', async () => {
    const daemon = await FakeLibvirtd.start({ domains: [{ name: 'web', stats: busyStats(1) }] });
    const home = join(folder, 'home');
    mkdirSync(home);
    writeFileSync(join(home, 'web.yml'), `basic_auth_users: {alice: ${bcrypt.hashSync('secret', 4)}}\n`);
    writeFileSync(
      join(home, 'config.yml'),
      `libvirt: {uri: "${daemon.uri}"}\nweb: {listen-address: "127.0.0.1:0", config: {file: web.yml}}\ncycle: {interval: 500ms}\n`,
    );
    try {
      const { child, exited, listens } = start(['--config.file', 'config.yml'], home);
      const url = await listens;
      expect((await fetch(`${url}/metrics`)).status).toBe(401);
      const authorization = `Basic ${btoa('alice:secret')}`;
      const page = await until(
        async () => (await fetch(`${url}/metrics`, { headers: { authorization } })).text(),
        (answer) => answer.includes('libvirt_domain_info_cpu_time_seconds_total{'),
      );
      expect(page).toContain('libvirt_up 1\n');
      expect(page).toContain(`faultline_exporter_build_info{version="${VERSION}"} 1`);
      child.kill('SIGTERM');
      expect(await exited).toEqual([0, null]);
    } finally {
      await daemon.stop();
    }
  }, 30_000);
});
