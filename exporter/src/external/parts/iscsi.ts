import type { ExternalItem, ExternalState } from '../external.ts';
import type { Sysfs } from '../sysfs.ts';

/** A session of the kernel's iSCSI initiator; texts as its attributes have them. */
export interface RawSession {
  name: string;
  target: string | null;
  state: string | null;
  /** Where it was told to connect to, and where it is connected to after a redirection. */
  portal: string | null;
  interface: string | null;
}

export async function readIscsi(sysfs: Sysfs): Promise<RawSession[]> {
  const connections = await sysfs.names('class/iscsi_connection');
  const sessions: RawSession[] = [];
  for (const name of await sysfs.names('class/iscsi_session')) {
    const attribute = (of: string): Promise<string | null> => sysfs.text(`class/iscsi_session/${name}/${of}`);
    // connection1:0 is the first connection of session1.
    const connection = connections.find((each) => each.startsWith(`connection${name.replace(/^session/, '')}:`));
    sessions.push({
      name,
      target: await attribute('targetname'),
      state: await attribute('state'),
      portal: connection === undefined ? null : await portalOf(sysfs, connection),
      interface: await attribute('ifacename'),
    });
  }
  return sessions;
}

async function portalOf(sysfs: Sysfs, connection: string): Promise<string | null> {
  const attribute = (of: string): Promise<string | null> => sysfs.text(`class/iscsi_connection/${connection}/${of}`);
  const address = (await attribute('persistent_address')) ?? (await attribute('address'));
  const port = (await attribute('persistent_port')) ?? (await attribute('port'));
  if (address === null || port === null) return null;
  return address.includes(':') && !address.startsWith('[') ? `[${address}]:${port}` : `${address}:${port}`;
}

const STATES: Readonly<Record<string, ExternalState>> = { LOGGED_IN: 'up', FAILED: 'down', FREE: 'down' };

/** A session by its target and portal, which every host that uses it calls the same. */
export function judgeIscsi(sessions: readonly RawSession[]): ExternalItem[] {
  return sessions.flatMap(({ name, target, state, portal, interface: iface }) => {
    // Without its target's name it is being torn down.
    if (target === null) return [];
    return {
      kind: 'iscsi',
      id: portal === null ? target : `${target},${portal}`,
      name,
      state: STATES[state ?? ''] ?? 'unknown',
      detail: state ?? '',
      target: iface ?? '',
    };
  });
}
