import { authenticate } from './authentication.ts';
import { Connection } from './connection.ts';
import { AuthenticationRequiredError, CallAbortedError, ConnectError, LibvirtError } from './errors.ts';
import { thisMachine } from './machine.ts';
import { procedures } from './protocol/index.ts';
import { Session } from './session/session.ts';
import { transportNamed, type TlsFiles } from './transport/index.ts';
import { openName, parseUri, withoutUser } from './uri.ts';

export interface ConnectOptions {
  /** One of libvirt's: `qemu:///system`, `qemu+unix:///system?socket=/path/libvirt-sock`, `qemu+tls://host/system`. */
  uri: string;
  /** Opens the hypervisor read-only (virConnectOpenReadOnly). Default false. */
  readOnly?: boolean;
  /** For `+tls`: files in place of libvirt's own (`pkipath`, `~/.pki/libvirt`, `/etc/pki`). */
  tls?: TlsFiles;
  /** For the whole of socket, TLS, authentication and open. Default 10 000. */
  connectTimeoutMs?: number;
  /** Default deadline of every call. Default 10 000. */
  callTimeoutMs?: number;
  /** A ping every `intervalMs` of silence; lost after `count` unanswered. Default 5 000 and 5. */
  keepalive?: { intervalMs: number; count: number } | false;
  signal?: AbortSignal;
}

const defaults = { timeoutMs: 10_000, keepalive: { intervalMs: 5_000, count: 5 } };

/** VIR_CONNECT_RO, libvirt-host.h. */
const connectReadOnly = 1;

/**
 * Opens a session with a libvirt daemon: transport, AUTH_LIST, CONNECT_OPEN. Throws UriError, TlsError, ConnectError
 * (no listener, time over, refused by the daemon), AuthenticationRequiredError, CallAbortedError.
 */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const { readOnly = false, connectTimeoutMs = defaults.timeoutMs, signal, tls = {} } = options;
  const uri = parseUri(options.uri);
  const transport = transportNamed(uri.transport);
  const deadline = performance.now() + connectTimeoutMs;
  const stream = await transport.open(uri, { readOnly, tls, machine: thisMachine() }, { deadline, signal });
  const session = new Session(stream, options.keepalive ?? defaults.keepalive);
  const limits = () => ({ signal, timeoutMs: Math.max(1, deadline - performance.now()) });
  try {
    await authenticate(session, { wanted: uri.parameters.get('auth'), limits });
    const args = { name: openName(uri), flags: readOnly ? connectReadOnly : 0 };
    await session.call(procedures.connectOpen, args, limits());
  } catch (error) {
    const failure = connectFailure(options.uri, error);
    session.end(failure);
    throw failure;
  }
  const callTimeoutMs = options.callTimeoutMs ?? defaults.timeoutMs;
  return new Connection(session, { uri: options.uri, readOnly, callTimeoutMs });
}

/** Throws UriError for a URI that `connect` could never use, whatever runs at its other end. */
export function checkUri(uri: string): void {
  transportNamed(parseUri(uri).transport);
}

function connectFailure(uri: string, error: unknown): LibvirtError {
  const isNamed = error instanceof ConnectError || error instanceof AuthenticationRequiredError;
  if (isNamed || error instanceof CallAbortedError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ConnectError(`${withoutUser(uri)} could not be opened: ${message}`, { cause: error });
}
