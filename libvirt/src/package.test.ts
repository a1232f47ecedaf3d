import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..');
/** Building, packing and installing, on a loaded machine. */
const slowMs = 180_000;

/** Without what `npm run` and Jest put into it. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_OPTIONS$)/i.test(name)));

/** What a user writes. */
const PROGRAM = `
import { connect, superviseConnection, RemoteError, type DomainEvent, type EventsLost } from '@faultline/libvirt';
import { FakeLibvirtd } from '@faultline/libvirt/testing';

const daemon = await FakeLibvirtd.start({ hostname: 'far', listen: 'tcp', domains: [{ name: 'vm' }] });
const connection = await connect({ uri: daemon.uri });
const events = await connection.events();
await connection.suspend(await connection.lookupByName('vm'));
const { value } = await events.next();
const event: DomainEvent | EventsLost | undefined = value;
let code: string | undefined;
try {
  await connection.lookupByName('none');
} catch (error) {
  if (error instanceof RemoteError) code = error.codeName;
}
const supervise: typeof superviseConnection = superviseConnection;
console.log(JSON.stringify([await connection.hostname(), event?.kind, code, typeof supervise]));
await connection.close();
await daemon.stop();
`;

let folder: string;
let packed: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'libvirt-package-'));
  const pack = ['pack', '--json', '--pack-destination', folder];
  const { stdout } = await run('npm', pack, { cwd: join(root, 'libvirt'), env });
  // The script before it may print lines of its own.
  const [report] = JSON.parse(stdout.slice(stdout.indexOf('[\n'))) as [{ filename: string; files: { path: string }[] }];
  packed = report.files.map(({ path }) => path);
  await writeFile(join(folder, 'package.json'), '{ "type": "module", "private": true }');
  const install = ['install', '--offline', '--no-audit', '--no-fund', join(folder, report.filename)];
  await run('npm', install, { cwd: folder, env });
}, slowMs);

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the package by itself', () => {
  it('holds what its users need, and nothing else', () => {
    const others = packed.filter((path) => !/^dist\/.*\.(js|d\.ts)$/.test(path));
    expect(others.sort()).toEqual(['LICENSE', 'NOTICE', 'README.md', 'package.json']);
    expect(packed.filter((path) => /test\.|fixtures|fuzz/.test(path))).toEqual([]);
    expect(packed).toContain('dist/testing/index.js');
  });

  it(
    'is installed into an empty folder, compiles and runs there, without any other package',
    async () => {
      await writeFile(join(folder, 'program.ts'), PROGRAM);
      const options = ['--target', 'es2023', '--module', 'nodenext', '--strict', '--types', 'node'];
      const typeRoots = ['--typeRoots', join(root, 'node_modules', '@types')];
      const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
      await run(process.execPath, [tsc, ...options, ...typeRoots, 'program.ts'], { cwd: folder, env });
      const { stdout } = await run(process.execPath, ['program.js'], { cwd: folder, env });
      expect(JSON.parse(stdout)).toEqual(['far', 'lifecycle', 'VIR_ERR_NO_DOMAIN', 'function']);
    },
    slowMs,
  );
});
