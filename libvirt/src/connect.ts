import { createConnection, type Socket } from 'node:net';
import { Connection } from './connection.ts';
import { AuthenticationRequiredError, CallAbortedError, ConnectError, LibvirtError } from './errors.ts';
import { procedures } from './protocol/index.ts';
import { Session } from './session/session.ts';
import { parseUri } from './uri.ts';

export interface ConnectOptions {
  /** `qemu:///system`, `qemu+unix:///system?socket=/path/libvirt-sock`, `test+unix:///default?socket=...`. */
  uri: string;
  /** Opens the hypervisor read-only (virConnectOpenReadOnly). Default false. */
  readOnly?: boolean;
  /** For the whole of socket, authentication and open. Default 10 000. */
  connectTimeoutMs?: number;
  /** Default deadline of every call. Default 10 000. */
  callTimeoutMs?: number;
  /** A ping every `intervalMs` of silence; lost after `count` unanswered. Default 5 000 and 5. */
  keepalive?: { intervalMs: number; count: number } | false;
  signal?: AbortSignal;
}

const defaults = { timeoutMs: 10_000, keepalive: { intervalMs: 5_000, count: 5 } };

/** remote_auth_type, remote_protocol.x, by number. */
const authNames = ['none', 'sasl', 'polkit'];
/** VIR_CONNECT_RO, libvirt-host.h. */
const connectReadOnly = 1;

/**
 * Opens a session with a local libvirtd: socket, AUTH_LIST, CONNECT_OPEN.
 * Throws ConnectError (socket, URI, time over, refused by the daemon), AuthenticationRequiredError, CallAbortedError.
 */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const { uri, readOnly = false, connectTimeoutMs = defaults.timeoutMs, signal } = options;
  const target = parseUri(uri, { readOnly });
  const deadline = performance.now() + connectTimeoutMs;
  const socket = await openFirst(target.socketPaths, { timeoutMs: connectTimeoutMs, signal });
  const session = new Session(socket, options.keepalive ?? defaults.keepalive);
  const limits = () => ({ signal, timeoutMs: Math.max(1, deadline - performance.now()) });
  try {
    const { types } = await session.call(procedures.authList, undefined, limits());
    if (!types.includes(0)) throw authenticationRequired(types);
    await session.call(
      procedures.connectOpen,
      { name: target.driverUri, flags: readOnly ? connectReadOnly : 0 },
      limits(),
    );
  } catch (error) {
    const failure = connectFailure(uri, error);
    session.end(failure);
    throw failure;
  }
  return new Connection(session, { uri, readOnly, callTimeoutMs: options.callTimeoutMs ?? defaults.timeoutMs });
}

function authenticationRequired(types: readonly number[]): AuthenticationRequiredError {
  const offered = types.map((type) => authNames[type] ?? `auth-${type}`);
  return new AuthenticationRequiredError(
    `the daemon wants a login by ${offered.join(' or ') || 'no known way'}`,
    offered,
  );
}

function connectFailure(uri: string, error: unknown): LibvirtError {
  if (error instanceof AuthenticationRequiredError || error instanceof CallAbortedError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ConnectError(`${uri} could not be opened: ${message}`, { cause: error });
}

interface OpenLimits {
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

/** The first socket that takes a connection. One that does not exist or has no listener gives way to the next. */
async function openFirst(paths: readonly string[], limits: OpenLimits): Promise<Socket> {
  const failures: Error[] = [];
  for (const path of paths) {
    try {
      return await openSocket(path, limits);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code !== 'ENOENT' && code !== 'ECONNREFUSED') throw error;
      failures.push(error as Error);
    }
  }
  throw new ConnectError(failures.map(({ message }) => message).join('; '), { cause: failures[0] });
}

function openSocket(path: string, { timeoutMs, signal }: OpenLimits): Promise<Socket> {
  if (signal?.aborted) return Promise.reject(new CallAbortedError('connect', signal.reason));
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      socket.removeAllListeners();
    };
    const fail = (error: Error): void => {
      settle();
      socket.destroy();
      reject(error);
    };
    const onAbort = (): void => {
      fail(new CallAbortedError('connect', signal?.reason));
    };
    const timer = setTimeout(() => {
      fail(new ConnectError(`${path} took no connection within ${timeoutMs} ms`));
    }, timeoutMs);
    signal?.addEventListener('abort', onAbort, { once: true });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      const gone = error.code === 'ENOENT' || error.code === 'ECONNREFUSED';
      fail(gone ? error : new ConnectError(`${path}: ${error.message}`, { cause: error }));
    });
    socket.once('connect', () => {
      settle();
      resolve(socket);
    });
  });
}
