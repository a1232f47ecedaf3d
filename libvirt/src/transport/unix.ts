import type { Duplex } from 'node:stream';
import { join } from 'node:path';
import { ConnectError, UriError } from '../errors.ts';
import type { Machine } from '../machine.ts';
import type { LibvirtUri } from '../uri.ts';
import { openSocket } from './socket.ts';
import type { OpenLimits, OpenOptions, Transport } from './transport.ts';

/** A socket on this machine. */
export const unix: Transport = {
  name: 'unix',
  open: (uri, options, limits) => openFirst(socketPaths(uri, options), limits),
};

/**
 * The sockets to try, in this order. As libvirt's own client: the driver's daemon (virtqemud) before libvirtd, and the
 * user's own daemons for whoever asks for `/session` without being root. Throws UriError.
 */
export function socketPaths(
  uri: LibvirtUri,
  { readOnly, machine }: Pick<OpenOptions, 'readOnly' | 'machine'>,
): string[] {
  const { driver, host, path, parameters } = uri;
  if (host !== null) throw new UriError(`a unix socket has no host: leave '${host}' out, or take +tls or +tcp`);
  if (path === '/embed') throw new UriError(`${driver}:///embed has no daemon: it needs libvirt's own library`);
  const given = parameters.get('socket');
  if (given !== undefined) {
    if (!given.startsWith('/')) throw new UriError(`socket '${given}' is not an absolute path`);
    return [given];
  }
  const socketOf = socketNaming(uri, readOnly, machine);
  const direct = driver === 'remote' ? [] : [socketOf(`virt${driver}d`)];
  const legacy = [socketOf('libvirt')];
  const byMode: Record<string, string[]> = { auto: [...direct, ...legacy], direct, legacy };
  const paths = byMode[(parameters.get('mode') ?? 'auto').toLowerCase()];
  if (paths === undefined || paths.length === 0) {
    throw new UriError(
      `mode '${parameters.get('mode') ?? ''}' cannot be had for ${driver}; there are auto, direct, legacy`,
    );
  }
  return paths;
}

function socketNaming({ driver, path }: LibvirtUri, readOnly: boolean, machine: Machine): (daemon: string) => string {
  // remoteGetURIDaemonInfo: "Any URI with /session suffix", and the test driver; root has no daemon of its own.
  const isUsers = !machine.isRoot && (path === '/session' || driver === 'test');
  if (isUsers) return (daemon) => join(machine.userSockets, `${daemon}-sock`);
  return (daemon) => join(machine.systemSockets, `${daemon}-sock${readOnly ? '-ro' : ''}`);
}

/** Nobody listens there: the next one may be the one. A socket file outlives a daemon that was replaced by the other kind. */
const goneCodes: ReadonlySet<unknown> = new Set(['ENOENT', 'ECONNREFUSED']);

async function openFirst(paths: readonly string[], limits: OpenLimits): Promise<Duplex> {
  const failures: ConnectError[] = [];
  for (const path of paths) {
    try {
      return await openSocket({ path, peer: path }, limits);
    } catch (error) {
      if (!(error instanceof ConnectError)) throw error;
      failures.push(error);
      if (!goneCodes.has((error.cause as NodeJS.ErrnoException | undefined)?.code)) break;
    }
  }
  throw new ConnectError(failures.map(({ message }) => message).join('; '), { cause: failures.at(-1)?.cause });
}
