import { chmod, mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { PROGRAM } from '@faultline/oms';
import { environmentFileOf } from '@faultline/program';
import { buildDeb, lay } from '../debian/build.ts';
import { layInstalled } from '../debian/installed-tree.ts';
import { sharedLibraries } from '../debian/shared-libraries.ts';
import { ROOT } from '../repository.ts';
import type { Artefact } from '../release.ts';
import { run } from '../run.ts';

const PACKAGE = 'faultline-oms';
const MAIN = 'node_modules/@faultline/oms/dist/main.js';
const WORKSPACES = [
  'oms',
  'contracts',
  'libvirt',
  'domain-xml',
  'program',
  'console',
  'datasource-plugin',
  'panel-plugin',
];

const ENVIRONMENT = `# Settings of faultline-oms. After a change: systemctl restart faultline-oms. Only root reads this file.

# PostgreSQL instead of a SQLite file in /var/lib/faultline/oms; several OMSs may share it.
#DATABASE_URL=postgresql://faultline@db.example.org/faultline?sslmode=verify-full

`;

/** The exporter of the same machine, which is what most begin with. */
const SET = { FAULTLINE_OMS_SCRAPE_URL: 'http://127.0.0.1:9177/metrics' };

/** An addon for V8 is compiled for one major version of Node.js, and loads in no other. */
export function nodeOf(version: string): { major: number; depends: string[] } {
  const major = Number(version.split('.')[0]);
  const least = major === 20 ? '20.19' : String(major);
  return { major, depends: [`nodejs (>= ${least})`, `nodejs (<< ${major + 1}~)`] };
}

/** Starts by its own first line, as it does from an npm package. */
async function layCommand(root: string): Promise<void> {
  await chmod(join(root, 'usr/lib', PACKAGE, MAIN), 0o755);
  await mkdir(join(root, 'usr/bin'), { recursive: true });
  await symlink(`../lib/${PACKAGE}/${MAIN}`, join(root, 'usr/bin', PACKAGE));
}

/** The OMS with what it runs on, the console and the plugins that the console hosts. */
export const omsDeb: Artefact = {
  name: 'Debian package of the OMS',
  make: async (release) => {
    const root = join(release.work, PACKAGE);
    const lib = join(root, 'usr/lib', PACKAGE);
    await layInstalled(lib, WORKSPACES, release);
    await layCommand(root);
    const unit = await readFile(join(ROOT, `oms/systemd/${PACKAGE}.service`));
    await lay(root, `usr/lib/systemd/system/${PACKAGE}.service`, unit);
    await lay(root, 'etc/faultline/oms.env', ENVIRONMENT + environmentFileOf(PROGRAM, SET));
    const licence = await readFile(join(ROOT, 'LICENSE'), 'utf8');
    const others = `Each package in /usr/lib/${PACKAGE}/node_modules has its own licence beside it.\n\n`;
    await lay(root, `usr/share/doc/${PACKAGE}/copyright`, `Faultline\n\n${others}${licence}`);
    await lay(root, `usr/share/doc/${PACKAGE}/NOTICE`, await readFile(join(ROOT, 'NOTICE')));
    const node = nodeOf(process.versions.node);
    const addon = join(lib, 'node_modules/better-sqlite3/build/Release/better_sqlite3.node');
    const architecture = (await run('dpkg', ['--print-architecture'], { cwd: ROOT })).trim();
    await buildDeb(
      {
        root,
        control: {
          package: PACKAGE,
          version: `${release.version}+node${node.major}`,
          architecture,
          maintainer: release.maintainer,
          depends: [...node.depends, 'adduser', ...(await sharedLibraries([addon], join(release.work, 'libraries')))],
          suggests: ['faultline-exporter', 'prometheus-alertmanager', 'postgresql'],
          synopsis: 'why virtual machines failed: records, timelines and operations',
          description: [
            'The operations and maintenance system of Faultline for KVM/libvirt hosts.',
            'It keeps what happened to each virtual machine, shows it on one time axis in a browser or in Grafana, and performs operations hop by hop.',
          ],
        },
        state: '/var/lib/faultline/oms',
        groups: [],
        secret: ['/etc/faultline/oms.env'],
      },
      release,
    );
  },
};
