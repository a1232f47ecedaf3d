import { UriError } from '../errors.ts';
import { tcp } from './tcp.ts';
import { tls } from './tls.ts';
import type { Transport } from './transport.ts';
import { unix } from './unix.ts';

export type { TlsFiles } from './transport.ts';

/** The ways to a daemon that this package knows. */
const transports: readonly Transport[] = [unix, tcp, tls];

/** Throws UriError for one that we do not have: ssh, libssh, libssh2 and ext start another program. */
export function transportNamed(name: string): Transport {
  const found = transports.find((transport) => transport.name === name);
  if (found) return found;
  const known = transports.map((transport) => transport.name).join(', ');
  throw new UriError(
    `transport '${name}' is not supported, only ${known}; to go through ssh, forward the daemon's socket ` +
      `(ssh -L /path/sock:/var/run/libvirt/libvirt-sock host) and connect to it with ?socket=/path/sock`,
  );
}
