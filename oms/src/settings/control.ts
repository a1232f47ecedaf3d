import { BadSettingError, kinds, type Kind, type Settings } from '@faultline/program';
import { byName } from './by-name.ts';

/** Name and URI. */
const hostUri = (example: string): Kind<[string, string]> => ({
  allowed: `NAME=URI, each name once, such as ${example}`,
  read: (text) => {
    const [, name, written] = /^([^=]{1,255})=(.*)$/.exec(text) ?? [];
    const uri = kinds.libvirtUri.read(written ?? '');
    return name === undefined || uri === undefined ? undefined : [name, uri];
  },
});
const controlHost = hostUri('hv1=qemu:///system');
const migrationUri = hostUri('hv1=qemu+tls://hv1.example.org/system');

/** On which hosts operations may be performed. */
export const controlSettings = {
  controlHosts: {
    flag: 'control.host',
    kind: controlHost,
    description: 'Hosts on which operations may be performed, with their read-write libvirt URIs.',
    atMost: 1000,
  },
  migrationUris: {
    flag: 'control.migration-uri',
    kind: migrationUri,
    description:
      'Under which URIs the libvirtd of other hosts reaches these hosts, to migrate VMs to them. Absent: that of --control.host, where it names a machine.',
    atMost: 1000,
  },
} as const satisfies Settings;

/** A host on which operations may be performed. */
export interface ControlledHost {
  /** Read-write libvirt URI as the OMS reaches it. */
  uri: string;
  /** As the libvirtd of another host reaches it; undefined where none can. */
  migrationUri: string | undefined;
}

/** The hosts by name. @throws BadSettingError */
export function controlHostsIn(hosts: [string, string][], others: [string, string][]): Record<string, ControlledHost> {
  const uris = byName('--control.host', controlHost, hosts);
  const migrationUris = byName('--control.migration-uri', migrationUri, others);
  for (const name of migrationUris.keys()) {
    if (!uris.has(name))
      throw new BadSettingError('--control.migration-uri', `names ${name}, which no --control.host has`);
  }
  return Object.fromEntries(
    [...uris].map(([name, uri]) => [name, { uri, migrationUri: migrationUris.get(name) ?? seenFromOthers(uri) }]),
  );
}

/** Without what concerns only our own way to it, such as the folder of our certificates. */
function seenFromOthers(uri: string): string | undefined {
  const { host, protocol, pathname } = new URL(uri);
  return host === '' ? undefined : `${protocol}//${host}${pathname}`;
}
