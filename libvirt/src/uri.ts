import { ConnectError } from './errors.ts';

/** Where to connect, and what to open there. */
export interface Target {
  /** What CONNECT_OPEN gets, e.g. `qemu:///system`. */
  driverUri: string;
  /** Unix sockets to try, in this order. */
  socketPaths: readonly string[];
}

const runFolder = '/var/run/libvirt';

/**
 * Reads a libvirt connection URI: `qemu:///system`, `qemu+unix:///system?socket=/path/libvirt-sock`,
 * `test+unix:///default?socket=...`. Only local sockets; `socket` is the only parameter. Throws ConnectError.
 */
export function parseUri(uri: string, { readOnly }: { readOnly: boolean }): Target {
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  const [, driver, transport] = /^([a-z][a-z0-9]*)(?:\+([a-z0-9]+))?:\/\//.exec(uri) ?? [];
  if (!url || !driver) throw new ConnectError(`'${uri}' is not a libvirt URI such as qemu:///system`);
  if (transport !== undefined && transport !== 'unix') {
    throw new ConnectError(`transport '${transport}' is not supported, only unix`);
  }
  if (url.host !== '' || url.username !== '') {
    throw new ConnectError(
      `a libvirt URI with a host needs a network transport; only unix is supported (${driver}:///...)`,
    );
  }
  for (const name of url.searchParams.keys()) {
    if (name !== 'socket') throw new ConnectError(`URI parameter '${name}' is not supported, only socket`);
  }
  const socket = url.searchParams.get('socket');
  if (socket !== null && !socket.startsWith('/')) {
    throw new ConnectError(`socket '${socket}' is not an absolute path`);
  }
  return {
    driverUri: `${driver}://${url.pathname}`,
    socketPaths: socket === null ? defaultSockets(driver, url.pathname, readOnly) : [socket],
  };
}

/** The monolithic daemon first, then the modular one (virtqemud for qemu). */
function defaultSockets(driver: string, path: string, readOnly: boolean): string[] {
  if (path === '/session') throw new ConnectError(`'${driver}:///session' needs ?socket=/path/to/libvirt-sock`);
  const suffix = readOnly ? '-ro' : '';
  return [`${runFolder}/libvirt-sock${suffix}`, `${runFolder}/virt${driver}d-sock${suffix}`];
}
