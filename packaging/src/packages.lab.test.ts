import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { unzipSync } from 'fflate';
import { NPM_WORKSPACES, packageOf, ROOT } from './repository.ts';
import { ThrowawayDebian } from './testing/throwaway-debian.ts';
import { startOf } from './testing/unit-start.ts';

const run = promisify(execFile);
const MAIN = join(ROOT, 'packaging/dist/main.js');
const SLOW_MS = 180_000;
const EPOCH = '1796087559';
const VERSION = packageOf('oms').version;
const NODE_MAJOR = process.versions.node.split('.')[0] ?? '';

/** Without what `npm run` and Jest put into it. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_OPTIONS$)/i.test(name)));

let folder: string;
let out: string;
/** The same once more, made under other circumstances. */
let again: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-packages-'));
  out = join(folder, 'out');
  again = join(folder, 'again');
  const make = (to: string): string => `"${process.execPath}" "${MAIN}" --out "${to}" --source-date-epoch ${EPOCH}`;
  await Promise.all([
    run('sh', ['-c', make(out)], { env }),
    run('sh', ['-c', `umask 077; ${make(again)}`], { env: { ...env, TZ: 'Asia/Kathmandu' } }),
  ]);
}, SLOW_MS);
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** Asks again until the answer is there. */
async function until<T>(ask: () => Promise<T | undefined> | T | undefined, what: () => string): Promise<T> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`not within 30 s:\n${what()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function outputOf(child: ChildProcess): () => string {
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return () => output;
}

describe('what is handed out', () => {
  it('is under its checksums, all of it', () => {
    execFileSync('sha256sum', ['--check', '--strict', '--quiet', 'SHA256SUMS'], { cwd: out });
    const listed = readFileSync(join(out, 'SHA256SUMS'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.slice(66));
    const there = readdirSync(out, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(listed).toHaveLength(there.length - 1);
    expect(listed.filter((path) => path.startsWith('debian/'))).toEqual([
      `debian/faultline-exporter_${VERSION}_all.deb`,
      expect.stringMatching(new RegExp(`^debian/faultline-oms_${VERSION}\\+node${NODE_MAJOR}_\\w+\\.deb$`)),
    ]);
  });

  it('has the same bytes when it is made elsewhere, in another time zone and by someone with other habits', () => {
    expect(readFileSync(join(again, 'SHA256SUMS'), 'utf8')).toBe(readFileSync(join(out, 'SHA256SUMS'), 'utf8'));
  });

  it('names what is in it: CycloneDX with versions and licences, the same wherever it was made', () => {
    const bill = (name: string) =>
      JSON.parse(readFileSync(join(out, `sbom/faultline-${name}-${VERSION}.cdx.json`), 'utf8')) as {
        bomFormat: string;
        serialNumber?: string;
        metadata: { timestamp: string; component: { name: string } };
        components: { name: string; group?: string; version: string }[];
      };
    const programs = bill('programs');
    expect(programs).toMatchObject({ bomFormat: 'CycloneDX', metadata: { component: { name: 'faultline' } } });
    expect(programs.metadata.timestamp).toBe(new Date(Number(EPOCH) * 1000).toISOString().replace('.000Z', 'Z'));
    const names = programs.components.map(({ name, group }) => (group === undefined ? name : `${group}/${name}`));
    expect(names).toEqual(expect.arrayContaining(['@faultline/oms', 'better-sqlite3', 'fastify', 'commander']));
    expect(names.filter((name) => /^@grafana|^react|jest/.test(name))).toEqual([]);
    expect(bill('pages').components.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['uplot', 'ui', 'systemjs']),
    );
  });
});

/** The rules of Grafana's plugin validator, by their names there, that need nothing from outside. */
describe.each(['faultline-oms-datasource', 'faultline-timeline-panel'])('the archive of %s', (id) => {
  interface PluginJson {
    id: string;
    name: string;
    type: string;
    info: {
      description: string;
      keywords: string[];
      version: string;
      updated: string;
      logos: Record<string, string>;
      screenshots: { path: string }[];
    };
    dependencies: { grafanaDependency: string };
  }
  let files: Record<string, Uint8Array>;
  let plugin: PluginJson;
  const textOf = (path: string): string => Buffer.from(files[`${id}/${path}`] ?? []).toString();
  beforeAll(() => {
    files = unzipSync(readFileSync(join(out, `grafana/${id}-${VERSION}.zip`)));
    plugin = JSON.parse(textOf('plugin.json')) as PluginJson;
  });

  it('is one folder named by the id (archive, archivename), with what Grafana loads (modulejs, jsMap)', () => {
    expect(Object.keys(files).filter((path) => !path.startsWith(`${id}/`))).toEqual([]);
    expect(Object.keys(files).filter((path) => path.startsWith(`${id}/dist/`))).toEqual([]);
    expect(textOf('module.js')).toContain('define(');
    expect(textOf('module.js.map')).toContain('"mappings"');
  });

  it('says what it is (metadata, pluginname, typesuffix, discoverability, grafanadependency, restrictivedep)', () => {
    expect(plugin.id).toBe(id);
    expect(plugin.name).not.toBe(id);
    expect(id.split('-').length).toBeGreaterThanOrEqual(3);
    expect(id.split('-').at(-1)).toBe(plugin.type);
    expect(plugin.info.description).not.toBe('');
    expect(plugin.info.keywords.length).toBeGreaterThan(0);
    expect(plugin.dependencies.grafanaDependency).toMatch(/^>=\d+\.\d+\.\d+$/);
    expect(JSON.stringify(plugin)).not.toContain('%');
    // version, packagejson
    expect(plugin.info.version).toBe(VERSION);
    expect(plugin.info.updated).toBe(new Date(Number(EPOCH) * 1000).toISOString().slice(0, 10));
  });

  it('has its pictures (logos, metadatapaths, screenshots), none of which runs anything (unsafesvg)', () => {
    const paths = [...Object.values(plugin.info.logos), ...plugin.info.screenshots.map(({ path }) => path)];
    expect(plugin.info.logos).toEqual({ small: expect.any(String), large: expect.any(String) });
    for (const path of paths) {
      expect(path).not.toMatch(/^[./]|:/);
      expect(Object.keys(files)).toContain(`${id}/${path}`);
      if (path.endsWith('.svg')) expect(textOf(path)).not.toMatch(/<script|\son\w+=|javascript:|<foreignObject/i);
    }
  });

  it('has the texts of the catalog (readme, templatereadme, jargon, changelog, license)', () => {
    expect(textOf('README.md').trim()).not.toBe('');
    expect(textOf('README.md')).not.toMatch(/<!--|yarn|nodejs|Plugin Template/);
    expect(textOf('CHANGELOG.md')).toContain(`## ${VERSION}`);
    expect(textOf('LICENSE')).toContain('Apache License');
    expect(textOf('LICENSE')).not.toMatch(/\{yyyy\}|\{name of copyright owner\}/);
    expect(textOf('NOTICE')).toBe(readFileSync(join(ROOT, 'NOTICE'), 'utf8'));
  });

  it('has no signature that it did not get, no binary, nothing hidden (manifest, backendbinary)', () => {
    expect(Object.keys(files).filter((path) => /MANIFEST\.txt$|\/\.|\.exe$|_linux_|_darwin_/.test(path))).toEqual([]);
  });
});

describe('the npm packages, in an empty folder', () => {
  let installed: string;
  const bin = (name: string): string => join(installed, 'node_modules/.bin', name);
  const call = (name: string, ...args: string[]): string => execFileSync(bin(name), args, { env, encoding: 'utf8' });

  beforeAll(() => {
    installed = join(folder, 'installed');
    mkdirSync(installed);
    writeFileSync(join(installed, 'package.json'), '{ "private": true }');
    const packages = readdirSync(join(out, 'npm')).map((file) => join(out, 'npm', file));
    const install = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', ...packages];
    execFileSync('npm', install, { cwd: installed, env, stdio: 'pipe' });
    // Its own script would compile it again, which takes minutes: this is what it compiled here.
    const built = 'node_modules/better-sqlite3/build/Release/better_sqlite3.node';
    cpSync(join(ROOT, built), join(installed, built), { recursive: true });
  }, SLOW_MS);

  it('are those that are wanted, each with its licence and notice, and bring no Grafana along', () => {
    const ours = NPM_WORKSPACES.map((workspace) => packageOf(workspace).name.split('/')[1]);
    expect(readdirSync(join(installed, 'node_modules/@faultline')).sort()).toEqual([...ours].sort());
    for (const name of ours) {
      const files = readdirSync(join(installed, 'node_modules/@faultline', name ?? ''));
      expect(files).toEqual(expect.arrayContaining(['LICENSE', 'NOTICE', 'README.md', 'dist', 'package.json']));
      const notice = readFileSync(join(installed, 'node_modules/@faultline', name ?? '', 'NOTICE'), 'utf8');
      expect(notice).toBe(readFileSync(join(ROOT, 'NOTICE'), 'utf8'));
    }
    const modules = join(installed, 'node_modules');
    for (const name of ['@grafana', 'react', 'jest', 'typescript']) expect(existsSync(join(modules, name))).toBe(false);
    const packed = readdirSync(join(modules, '@faultline'), { recursive: true, encoding: 'utf8' });
    expect(packed.filter((path) => /\.test\.|\.tsbuildinfo|\/fixtures\//.test(path))).toEqual([]);
  });

  it('say their version and how they are used', () => {
    expect(call('faultline-exporter', '--version')).toContain(VERSION);
    expect(call('faultline-oms', '--version')).toContain(VERSION);
    expect(call('faultline', '--version')).toContain(VERSION);
    expect(call('faultline-exporter', '--help')).toContain('--libvirt.uri');
    expect(call('faultline-oms', '--help')).toContain('--scrape.url');
    expect(call('faultline', '--help')).toContain('timeline');
  });

  it('start: the exporter answers, and the OMS with its page, its plugins and its queries in threads', async () => {
    const start = async (name: string, args: string[], pattern: RegExp): Promise<string> => {
      const child = spawn(bin(name), args, { cwd: installed, env });
      children.push(child);
      const output = outputOf(child);
      return until(() => pattern.exec(output())?.[1], output);
    };
    const exporter = await start(
      'faultline-exporter',
      ['--web.listen-address', '127.0.0.1:0', '--libvirt.uri', `qemu+unix:///system?socket=${installed}/none`],
      /urls="\[\\"(http[^"\\]+)\\"\]"/,
    );
    expect(await (await fetch(`${exporter}/metrics`)).text()).toContain('faultline_exporter_build_info');
    const oms = await start(
      'faultline-oms',
      [
        '--web.listen-address',
        '127.0.0.1:0',
        '--data.dir',
        join(installed, 'data'),
        '--scrape.url',
        `${exporter}/metrics`,
      ],
      /"url":"(http[^"]+)"/,
    );
    expect((await fetch(`${oms}/-/ready`)).status).toBe(200);
    expect(await (await fetch(oms, { headers: { accept: 'text/html' } })).text()).toContain('boot.js');
    for (const id of ['faultline-oms-datasource', 'faultline-timeline-panel']) {
      expect((await fetch(`${oms}/public/plugins/${id}/module.js`)).status).toBe(200);
    }
    const query = await fetch(`${oms}/api/v1/query`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ type: 'vms' }),
    });
    expect([query.status, await query.json()]).toEqual([200, expect.objectContaining({ frames: expect.any(Array) })]);
  });
});

describe('the Debian packages, on a Debian that is thrown away', () => {
  let debian: ThrowawayDebian;
  const NAMES = ['faultline-exporter', 'faultline-oms'];
  const debs = (): string[] => readdirSync(join(out, 'debian')).map((file) => join(out, 'debian', file));
  /** What it prints; a test fails with what it said where it fails. */
  const call = (script: string, input?: Uint8Array): string => {
    const { status, stdout, stderr } = debian.run(script, input);
    if (status !== 0) throw new Error(`${script}\n${stdout}${stderr}`);
    return stdout;
  };
  const install = (deb: string): string =>
    call('cat >/root/new.deb; dpkg --install /root/new.deb 2>&1', readFileSync(deb));
  const ask = (url: string): string | undefined => {
    const { status, stdout } =
      debian.run(`node -e "fetch('${url}', { headers: { accept: 'text/html, */*' } }).then(async (answer) => {
      console.log(answer.status, await answer.text()); }, () => process.exit(1))"`);
    return status === 0 && stdout.startsWith('200 ') ? stdout.slice(4) : undefined;
  };

  beforeAll(async () => {
    debian = await ThrowawayDebian.start();
  }, SLOW_MS);
  afterAll(() => debian.stop());

  it(
    'install, with users of their own and nothing secret for others to read',
    () => {
      for (const deb of debs()) install(deb);
      for (const name of NAMES) {
        expect(call(`getent passwd ${name}`)).toMatch(/:\/nonexistent:\/usr\/sbin\/nologin$/m);
        expect(call(`readlink /etc/systemd/system/multi-user.target.wants/${name}.service`)).toContain(
          `${name}.service`,
        );
      }
      expect(call('stat -c "%a %U %n" /etc/faultline/*').trim().split('\n')).toEqual([
        '600 root /etc/faultline/exporter.env',
        '644 root /etc/faultline/exporter.yml',
        '600 root /etc/faultline/oms.env',
      ]);
      expect(call('dpkg --verify faultline-exporter faultline-oms')).toBe('');
      expect(call('faultline-oms --version; faultline-exporter --version')).toContain(VERSION);
      for (const name of NAMES) {
        expect(call(`cat /usr/share/doc/${name}/NOTICE`)).toBe(readFileSync(join(ROOT, 'NOTICE'), 'utf8'));
      }
    },
    SLOW_MS,
  );

  it('have units with which systemd finds no fault, and in which little can be done', () => {
    for (const name of NAMES) {
      const unit = `/usr/lib/systemd/system/${name}.service`;
      const { status, stdout, stderr } = debian.run(`systemd-analyze verify ${unit}`);
      const ofOurs = `${stdout}${stderr}`.split('\n').filter((line) => line.includes('faultline'));
      expect({ status, ofOurs }).toEqual({ status: 0, ofOurs: [] });
      expect(debian.run(`systemd-analyze security --offline=true --threshold=20 ${unit}`).status).toBe(0);
    }
  });

  it(
    'start as their units say, as their users: the exporter is scraped by the OMS, which serves its page',
    async () => {
      for (const name of NAMES) {
        const child = debian.start(startOf(call(`cat /usr/lib/systemd/system/${name}.service`)));
        children.push(child);
        const output = outputOf(child);
        const url = name === 'faultline-oms' ? 'http://127.0.0.1:3000/-/ready' : 'http://127.0.0.1:9177/-/healthy';
        await until(() => ask(url), output);
        expect(call(`ps -o user:32= -C node | grep -c ${name}`).trim()).toBe('1');
      }
      // There is a page once a cycle is done.
      const page = await until(
        () => ask('http://127.0.0.1:9177/metrics'),
        () => 'the exporter has no page',
      );
      expect(page).toContain('libvirt_up 0');
      expect(ask('http://127.0.0.1:3000/')).toContain('boot.js');
      expect(call('stat -c "%a %U" /var/lib/faultline/oms /var/lib/faultline/exporter')).toBe(
        '700 faultline-oms\n700 faultline-exporter\n',
      );
      const token = 'faultline-oms token create --data.dir /var/lib/faultline/oms --role report --name hv1';
      expect(call(`runuser -u faultline-oms -- ${token}`)).toMatch(/^flt_/);
    },
    SLOW_MS,
  );

  it(
    'are upgraded, and leave what an operator wrote and what the OMS recorded',
    () => {
      call('echo "# mine" >>/etc/faultline/exporter.yml; echo FAULTLINE_OMS_LOG_LEVEL=warn >>/etc/faultline/oms.env');
      for (const deb of debs()) {
        const root = mkdtempSync(join(folder, 'newer-'));
        execFileSync('dpkg-deb', ['--raw-extract', deb, join(root, 'tree')]);
        const control = join(root, 'tree/DEBIAN/control');
        writeFileSync(control, readFileSync(control, 'utf8').replace(/^Version: .*/m, '$&+1'));
        execFileSync('dpkg-deb', [
          '--root-owner-group',
          '-Zgzip',
          '-z1',
          '--build',
          join(root, 'tree'),
          join(root, 'new.deb'),
        ]);
        expect(install(join(root, 'new.deb'))).toContain('Unpacking');
      }
      expect(call("dpkg-query -W -f '${Version}\\n' faultline-exporter").trim()).toBe(`${VERSION}+1`);
      expect(call('tail -n 1 /etc/faultline/exporter.yml /etc/faultline/oms.env')).toMatch(/# mine[^]*LOG_LEVEL=warn/);
      expect(call('runuser -u faultline-oms -- faultline-oms token list --data.dir /var/lib/faultline/oms')).toContain(
        'hv1',
      );
    },
    SLOW_MS,
  );

  it(
    'are removed, and their settings and records stay; purged, and nothing stays',
    async () => {
      for (const child of children.splice(0)) {
        const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
        child.kill('SIGKILL');
        await ended;
      }
      // The programs are grandchildren, in a space of processes of their own.
      for (const name of NAMES) call(`kill -KILL $(ps -o pid= -u ${name})`);
      call(`dpkg --remove ${NAMES.join(' ')}`);
      expect(debian.run('ls /usr/bin/faultline-oms /usr/lib/faultline-oms /usr/lib/faultline-exporter').stdout).toBe(
        '',
      );
      expect(call('ls /etc/faultline')).toBe('exporter.env\nexporter.yml\noms.env\n');
      expect(call('ls /var/lib/faultline/oms')).toContain('faultline.db');
      call(`dpkg --purge ${NAMES.join(' ')}`);
      expect(debian.run('ls -d /etc/faultline /var/lib/faultline /etc/systemd/system/*/faultline-*').stdout).toBe('');
      for (const name of NAMES) expect(debian.run(`getent passwd ${name}`).stdout).toBe('');
    },
    SLOW_MS,
  );
});
