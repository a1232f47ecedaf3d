import type { ExternalItem, ExternalState } from '../external.ts';
import type { Sysfs } from '../sysfs.ts';

const CONTROLLERS = 'class/nvme';

export interface RawController {
  name: string;
  transport: string | null;
  state: string | null;
  subsystem: string | null;
  /** `traddr=192.0.2.1,trsvcid=4420,src_addr=...` */
  address: string | null;
  model: string | null;
}

export async function readNvmeFabrics(sysfs: Sysfs): Promise<RawController[]> {
  const controllers: RawController[] = [];
  for (const name of await sysfs.names(CONTROLLERS)) {
    const attribute = (of: string): Promise<string | null> => sysfs.text(`${CONTROLLERS}/${name}/${of}`);
    const transport = await attribute('transport');
    // What sits on the PCI bus is inside the box.
    if (transport === null || transport === 'pcie' || transport === 'apple-nvme') continue;
    controllers.push({
      name,
      transport,
      state: await attribute('state'),
      subsystem: await attribute('subsysnqn'),
      address: await attribute('address'),
      model: await attribute('model'),
    });
  }
  return controllers;
}

/** `connecting` and `resetting` are a controller that lost its connection: no I/O goes through it. */
const STATES: Readonly<Record<string, ExternalState>> = {
  live: 'up',
  connecting: 'down',
  resetting: 'down',
  deleting: 'down',
  'deleting (no IO)': 'down',
  dead: 'down',
};

/** A controller by its subsystem and the address of the port, which every host that uses it calls the same. */
export function judgeNvmeFabrics(controllers: readonly RawController[]): ExternalItem[] {
  return controllers.flatMap(({ name, transport, state, subsystem, address, model }) => {
    if (subsystem === null) return [];
    const port = portOf(address ?? '');
    return {
      kind: 'nvme-of',
      id: port === null ? subsystem : `${subsystem},${port}`,
      name,
      state: STATES[state ?? ''] ?? 'unknown',
      detail: [transport, state].filter((word) => word !== null).join(', '),
      target: model?.trim() ?? '',
    };
  });
}

function portOf(address: string): string | null {
  const parts = new Map(address.split(',').map((part) => [part.split('=')[0], part.slice(part.indexOf('=') + 1)]));
  const [traddr, trsvcid] = [parts.get('traddr'), parts.get('trsvcid')];
  if (traddr === undefined) return null;
  return trsvcid === undefined || trsvcid === 'none' ? traddr : `${traddr}:${trsvcid}`;
}
