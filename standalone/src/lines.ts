import type { LibvirtAbsent, LibvirtFound } from './probe.ts';

/** What the OMS said of its records once it was up. */
export interface History {
  vms: number;
  /** ms; null where there is no history yet. */
  since: number | null;
}

const line = (part: string, text: string): string => `  ${part.padEnd(14)}${text}`;
const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** What was found of libvirt, a line a part. */
export function libvirtLines(uri: string, found: LibvirtFound | LibvirtAbsent): string[] {
  if ('cause' in found) {
    return [
      line('libvirt', `${uri} does not answer: ${found.cause}`),
      line(
        '',
        'To see your own VMs: start libvirtd here (Debian: apt-get install libvirt-daemon-system), run as a user',
      ),
      line('', "in the group 'libvirt', or name another one: npm start -- --libvirt-uri URI"),
    ];
  }
  const control =
    found.controlRefused === null
      ? 'stop, start and reboot are possible over the API'
      : `none, only watching: ${found.controlRefused}`;
  return [
    line(
      'libvirt',
      `${uri} answers: host ${found.host}, libvirt ${found.version}, ${counted(found.domains, 'VM')}, ${found.running} running`,
    ),
    line('guest agents', `${found.agents} of ${counted(found.running, 'running VM')} connected`),
    line('control', control),
  ];
}

/** Where the records are, and what was found in them. */
export function dataLine(dataDir: string, { vms, since }: History): string {
  const history =
    since === null
      ? 'no history yet'
      : `history of ${counted(vms, 'VM')} since ${new Date(since).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return line('data folder', `${dataDir}: ${history}`);
}

/** That a recording plays, and which. */
export function recordingLine(title: string): string {
  return line('recording', `plays "${title}", a recorded incident, instead`);
}

/** Where to open the product. */
export function addressLine(url: string): string {
  return line('open', url);
}
