import type { Socket } from 'node:net';
import type { LibvirtUri } from '../uri.ts';
import { openSocket } from './socket.ts';
import type { OpenLimits, Transport } from './transport.ts';

/** LIBVIRTD_TCP_PORT, remote_protocol.x. */
const defaultPort = 16_509;

/** Plain TCP: nothing is encrypted, and only SASL would say who asks. For networks where that is no matter. */
export const tcp: Transport = {
  name: 'tcp',
  open: (uri, _options, limits) => openTcp(uri, defaultPort, limits),
};

/** Host and port in messages, e.g. `[::1]:16514`. */
export function peerOf({ host, port }: LibvirtUri, ownPort: number): string {
  const name = host ?? 'localhost';
  return `${name.includes(':') ? `[${name}]` : name}:${port ?? ownPort}`;
}

export function openTcp(uri: LibvirtUri, ownPort: number, limits: OpenLimits): Promise<Socket> {
  const { host, port } = uri;
  return openSocket(
    // Calls are small and each waits for its answer.
    { host: host ?? 'localhost', port: port ?? ownPort, peer: peerOf(uri, ownPort), noDelay: true },
    limits,
  );
}
