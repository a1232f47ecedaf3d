import type { ExternalItem, ExternalState } from '../external.ts';
import type { Sysfs } from '../sysfs.ts';

const HOSTS = 'class/fc_host';
const REMOTE_PORTS = 'class/fc_remote_ports';
/** What the kernel gives for a counter that the adapter does not keep. */
const NOT_KEPT = 0xffff_ffff_ffff_ffffn;
const COUNTERS = [
  'error_frames',
  'dumped_frames',
  'invalid_crc_count',
  'invalid_tx_word_count',
  'link_failure_count',
  'loss_of_sync_count',
  'loss_of_signal_count',
] as const;

interface RawPort {
  name: string;
  portName: string | null;
  state: string | null;
  speed: string | null;
  fabric: string | null;
  counters: Readonly<Record<string, string | null>>;
}

interface RawRemotePort {
  name: string;
  portName: string | null;
  state: string | null;
  roles: string | null;
}

export interface RawFibreChannel {
  ports: readonly RawPort[];
  remotePorts: readonly RawRemotePort[];
}

export async function readFibreChannel(sysfs: Sysfs): Promise<RawFibreChannel> {
  const ports: RawPort[] = [];
  for (const name of await sysfs.names(HOSTS)) {
    const attribute = (of: string): Promise<string | null> => sysfs.text(`${HOSTS}/${name}/${of}`);
    const counters: Record<string, string | null> = {};
    for (const counter of COUNTERS) counters[counter] = await attribute(`statistics/${counter}`);
    ports.push({
      name,
      portName: await attribute('port_name'),
      state: await attribute('port_state'),
      speed: await attribute('speed'),
      fabric: await attribute('fabric_name'),
      counters,
    });
  }
  const remotePorts: RawRemotePort[] = [];
  for (const name of await sysfs.names(REMOTE_PORTS)) {
    const attribute = (of: string): Promise<string | null> => sysfs.text(`${REMOTE_PORTS}/${name}/${of}`);
    remotePorts.push({
      name,
      portName: await attribute('port_name'),
      state: await attribute('port_state'),
      roles: await attribute('roles'),
    });
  }
  return { ports, remotePorts };
}

/** This host's ports by their own WWPN, and the ports of targets by theirs, which every host on the fabric sees. */
export function judgeFibreChannel({ ports, remotePorts }: RawFibreChannel): ExternalItem[] {
  return [
    ...ports.map(({ name, portName, state, speed, fabric, counters }): ExternalItem => ({
      kind: 'fc-port',
      id: wwpn(portName) ?? name,
      name,
      state: stateOf(state),
      detail: [state, speed].filter((word) => word !== null).join(', '),
      target: wwpn(fabric) ?? '',
      errors: Object.fromEntries(
        Object.entries(counters).flatMap(([counter, text]) => {
          const value = counterValue(text);
          return value === null ? [] : [[counter, value]];
        }),
      ),
    })),
    ...remotePorts.flatMap(({ name, portName, state, roles }): ExternalItem[] => {
      const id = wwpn(portName);
      // Other initiators and the fabric's own services are remote ports too.
      if (id === null || roles?.includes('FCP Target') !== true) return [];
      return [{ kind: 'fc-target', id, name, state: stateOf(state), detail: state ?? '', target: '' }];
    }),
  ];
}

function stateOf(state: string | null): ExternalState {
  if (state === 'Online') return 'up';
  if (state === 'Marginal') return 'degraded';
  return state === null || state === '' || state === 'Unknown' ? 'unknown' : 'down';
}

/** `0x500A098188E4E2F1` as 16 digits; null for the 0 and the all ones that say "none". */
function wwpn(text: string | null): string | null {
  const [, digits] = /^0x([0-9a-f]{1,16})$/i.exec(text ?? '') ?? [];
  const name = digits?.toLowerCase().padStart(16, '0');
  return name === undefined || /^(0+|f+)$/.test(name) ? null : name;
}

function counterValue(text: string | null): number | null {
  if (text === null || !/^(0x[0-9a-f]{1,16}|\d{1,20})$/i.test(text)) return null;
  const value = BigInt(text);
  return value >= NOT_KEPT ? null : Number(value);
}
