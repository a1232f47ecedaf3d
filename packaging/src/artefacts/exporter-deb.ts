import { chmod, copyFile, mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { PROGRAM } from '@faultline/exporter';
import { environmentFileOf } from '@faultline/program';
import { buildDeb, lay } from '../debian/build.ts';
import { edited } from '../debian/control.ts';
import { ROOT } from '../repository.ts';
import type { Artefact } from '../release.ts';
import { run } from '../run.ts';

const PACKAGE = 'faultline-exporter';

const ENVIRONMENT = `# Settings of faultline-exporter that shall not stand in /etc/faultline/exporter.yml: what stands here wins over that file.
# After a change: systemctl restart faultline-exporter. Only root reads this file.

`;

/** The unit for those who copy the file themselves, changed to what the package lays down. */
function exporterUnit(unit: string): string {
  return edited(unit, [
    [
      `# The exporter as a service. It expects the bundle in /usr/local/bin (npm run bundle -w exporter makes it) and its settings
# in /etc/faultline/exporter.yml; see exporter/README.md.
`,
      '# The exporter as a service. Its settings are in /etc/faultline/exporter.yml and exporter.env.\n',
    ],
    ['/usr/local/bin/faultline-exporter', `/usr/bin/${PACKAGE}`],
    [
      "# A user of its own that is in libvirt's group, for as long as the service runs.\nDynamicUser=yes\n",
      `# A user of its own that is in libvirt's group.\nUser=${PACKAGE}\nGroup=${PACKAGE}\n`,
    ],
  ]);
}

/** The exporter as one file: JavaScript alone, for every architecture. */
export const exporterDeb: Artefact = {
  name: 'Debian package of the exporter',
  make: async (release) => {
    const bundle = join(release.work, 'bundle');
    const root = join(release.work, PACKAGE);
    await run(process.execPath, [join(ROOT, 'exporter/scripts/bundle.mjs'), '--out', bundle], { cwd: ROOT });
    const source = (path: string): Promise<string> => readFile(join(ROOT, 'exporter/systemd', path), 'utf8');
    const lib = join(root, 'usr/lib', PACKAGE);
    await mkdir(lib, { recursive: true });
    await copyFile(join(bundle, `${PACKAGE}.cjs`), join(lib, `${PACKAGE}.cjs`));
    await chmod(join(lib, `${PACKAGE}.cjs`), 0o755);
    await mkdir(join(root, 'usr/bin'), { recursive: true });
    await symlink(`../lib/${PACKAGE}/${PACKAGE}.cjs`, join(root, 'usr/bin', PACKAGE));
    await lay(root, `usr/lib/systemd/system/${PACKAGE}.service`, exporterUnit(await source(`${PACKAGE}.service`)));
    await lay(root, 'etc/faultline/exporter.yml', await source('exporter.yml'));
    await lay(root, 'etc/faultline/exporter.env', ENVIRONMENT + environmentFileOf(PROGRAM));
    await lay(root, `usr/share/doc/${PACKAGE}/examples/web.yml`, await source('web.yml'));
    await lay(root, `usr/share/doc/${PACKAGE}/copyright`, await readFile(join(bundle, `${PACKAGE}.LICENSES.txt`)));
    await lay(root, `usr/share/doc/${PACKAGE}/NOTICE`, await readFile(join(ROOT, 'NOTICE')));
    await buildDeb(
      {
        root,
        control: {
          package: PACKAGE,
          version: release.version,
          architecture: 'all',
          maintainer: release.maintainer,
          depends: ['nodejs (>= 20.19)', 'adduser'],
          suggests: ['libvirt-daemon-system', 'smartmontools', 'ipmitool'],
          synopsis: 'one libvirt host as Prometheus text, and its events as reports',
          description: [
            'It answers while a virtual machine hangs, keeps the state of stopped and crashed ones, looks into guests.',
            'Hardware, storage paths and services of the host are in the same cycle.',
          ],
        },
        state: '/var/lib/faultline/exporter',
        groups: ['libvirt'],
        secret: ['/etc/faultline/exporter.env'],
      },
      release,
    );
  },
};
