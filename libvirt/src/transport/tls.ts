import { isIP, type Socket } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { TlsError, UriError } from '../errors.ts';
import type { LibvirtUri } from '../uri.ts';
import { pkiPaths, readCredentials, type Credentials } from './pki.ts';
import { isOurs, messageOf, waitOn } from './socket.ts';
import { openTcp, peerOf } from './tcp.ts';
import type { OpenLimits, Transport } from './transport.ts';

/** LIBVIRTD_TLS_PORT, remote_protocol.x. */
const defaultPort = 16_514;

/** TLS with certificates on both sides. */
export const tls: Transport = {
  name: 'tls',
  async open(uri, options, limits) {
    const { parameters } = uri;
    if (parameters.has('tls_priority')) {
      throw new UriError('tls_priority names ciphers in the words of GnuTLS, which are not known here: leave it out');
    }
    const verify = !isOn(uri, 'no_verify');
    const paths = await pkiPaths(parameters.get('pkipath'), options.tls, options.machine);
    const credentials = await readCredentials(paths, { verify });
    return shakeHands(uri, { credentials, verify }, limits);
  },
};

/** A switch of libvirt's: a number other than 0. */
function isOn({ parameters }: LibvirtUri, name: string): boolean {
  const value = parameters.get(name);
  if (value === undefined) return false;
  if (!/^-?\d+$/.test(value)) throw new UriError(`${name} is 0 or 1, not '${value}'`);
  return Number(value) !== 0;
}

/**
 * Both handshakes: TLS's, and libvirt's after it. "At this point, the server is verifying _our_ certificate, IP address,
 * etc. If we make the grade, it will send us a '\1' byte" (virNetClientSetTLSSession). If not, it closes; with TLS 1.3
 * our side of the handshake has succeeded by then.
 */
async function shakeHands(
  uri: LibvirtUri,
  { credentials, verify }: { credentials: Credentials; verify: boolean },
  limits: OpenLimits,
): Promise<TLSSocket> {
  const peer = peerOf(uri, defaultPort);
  const plain = await openTcp(uri, defaultPort, limits);
  const handshake = { isDone: false };
  const refuse = (): never => {
    throw new Error('it closed the connection');
  };
  try {
    const socket = startTls(plain, uri.host ?? 'localhost', credentials, verify);
    const outcomes = {
      secureConnect: () => {
        handshake.isDone = true;
        return false;
      },
      data: (bytes: Buffer) => {
        // What follows the byte is for whoever reads next.
        socket.pause();
        if (bytes.length > 1) socket.unshift(bytes.subarray(1));
        if (bytes[0] !== 1) refuse();
        return true;
      },
      end: refuse,
      close: refuse,
    };
    return await waitOn(socket, { peer, outcomes }, limits);
  } catch (error) {
    plain.destroy();
    if (isOurs(error)) throw error;
    const ours = credentials.cert === null ? 'us without a client certificate' : 'our client certificate or address';
    const what = handshake.isDone ? `${peer} does not accept ${ours}` : `no TLS with ${peer}`;
    throw new TlsError(`${what}: ${messageOf(error)}`, { cause: error });
  }
}

function startTls(socket: Socket, host: string, { ca, crl, cert, key }: Credentials, verify: boolean): TLSSocket {
  return connect({
    socket,
    // Whom the certificate must name. An address is no server name (RFC 6066 3), but it is verified all the same.
    host,
    ...(isIP(host) === 0 && { servername: host }),
    rejectUnauthorized: verify,
    ...(ca !== null && { ca }),
    ...(crl !== null && { crl }),
    ...(cert !== null && key !== null && { cert, key }),
  });
}
