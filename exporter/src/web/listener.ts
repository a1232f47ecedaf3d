import { once } from 'node:events';
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import {
  createSecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from 'node:http2';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Logger } from 'pino';
import type { CurrentWebConfig } from './config/current.ts';
import type { TlsConfig, WebConfig } from './config/web-config.ts';
import type { Handler } from './handler.ts';
import { isClientAllowed } from './tls-clients.ts';

const MAX_CONNECTIONS = 512;
const HEADERS_TIMEOUT_MS = 10_000;
/** Longer than scrapes are apart: a connection that is closed between two of them costs the second one a retry. */
const KEEP_ALIVE_TIMEOUT_MS = 300_000;
/** How long answers under way may take once the exporter shall end. */
const GRACE_MS = 2000;

export interface Address {
  host: string;
  port: number;
}

export interface ListenerOptions {
  addresses: readonly Address[];
  config: CurrentWebConfig;
  handler: Handler;
  log: Logger;
  headersTimeoutMs?: number;
}

export interface Listener {
  /** Where it listens, in the order of the addresses; `https:` under TLS. */
  urls: string[];
  close(): Promise<void>;
}

/** HTTP/2's compatibility API has the same methods, but TypeScript sees no common signature. */
type Http2Handler = (request: Http2ServerRequest, response: Http2ServerResponse) => void;

/** Speaks HTTP on connections that it is given; it listens nowhere itself. */
type Speaker = HttpServer | HttpsServer | ReturnType<typeof createSecureServer>;

function createSpeaker(tls: TlsConfig | null, { handler, log, headersTimeoutMs }: ListenerOptions): Speaker {
  const timeouts = {
    headersTimeout: headersTimeoutMs ?? HEADERS_TIMEOUT_MS,
    requestTimeout: headersTimeoutMs ?? HEADERS_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    connectionsCheckingInterval: Math.min(1000, headersTimeoutMs ?? HEADERS_TIMEOUT_MS),
  };
  if (tls === null) return createHttpServer(timeouts, handler);
  const options = { ...timeouts, ...tls.options, handshakeTimeout: headersTimeoutMs ?? HEADERS_TIMEOUT_MS };
  const speaker = tls.isHttp2
    ? Object.assign(createSecureServer({ ...options, allowHTTP1: true }, handler as unknown as Http2Handler), timeouts)
    : createHttpsServer(options, handler);
  speaker.prependListener('secureConnection', (socket: TLSSocket) => {
    if (isClientAllowed(socket, tls)) return;
    log.warn({ client: socket.remoteAddress }, 'a client was turned away for its certificate');
    socket.destroy();
  });
  speaker.on('tlsClientError', (error: Error, socket: TLSSocket) => {
    log.debug({ client: socket.remoteAddress, error: error.message }, 'a TLS handshake failed');
  });
  return speaker;
}

/**
 * Listens on every address. Each new connection is spoken to as the configuration says at that moment, so that a new
 * certificate, or other rules for clients, need no restart.
 *
 * @throws the error of the first address that cannot be listened on; none is then
 */
export async function listen(options: ListenerOptions): Promise<Listener> {
  const { addresses, config, log } = options;
  const sockets = new Set<Socket>();
  const sessions = new Map<ServerHttp2Session, Speaker>();
  const retired = new WeakSet<Speaker>();
  let current: { config: WebConfig; speaker: Speaker } | null = null;
  const start = (tls: TlsConfig | null): Speaker => {
    const speaker = createSpeaker(tls, options);
    speaker.on('session', (session: ServerHttp2Session) => {
      sessions.set(session, speaker);
      session.once('close', () => sessions.delete(session));
      // HTTP/1.1 has its own timeout for connections that nobody uses.
      session.setTimeout(KEEP_ALIVE_TIMEOUT_MS, () => {
        session.close();
      });
      // Its handshake took longer than the configuration was in force.
      if (retired.has(speaker)) session.close();
    });
    // Node looks after the timeouts of a server's connections from the moment it listens.
    speaker.emit('listening');
    return speaker;
  };
  /** Ends the connections that wait; answers under way are finished. */
  const retire = (speaker: Speaker): void => {
    retired.add(speaker);
    for (const [session, own] of sessions) if (own === speaker) session.close();
    // That it does not listen is no news.
    speaker.close(() => undefined);
  };
  const speakerNow = (): Speaker => {
    const now = config.get();
    if (current === null) {
      current = { config: now, speaker: start(now.tls) };
    } else if (current.config !== now) {
      const { config: before, speaker } = current;
      const isPlainStill = before.tls === null && now.tls === null;
      current = { config: now, speaker: isPlainStill ? speaker : start(now.tls) };
      if (!isPlainStill) retire(speaker);
    }
    return current.speaker;
  };
  const servers: Server[] = [];
  const close = async (): Promise<void> => {
    const closed = servers.filter(({ listening }) => listening).map((server) => once(server.close(), 'close'));
    if (current !== null) retire(current.speaker);
    const late = setTimeout(() => {
      for (const socket of sockets) socket.destroy();
    }, GRACE_MS);
    await Promise.all(closed);
    clearTimeout(late);
  };
  try {
    for (const { host, port } of addresses) {
      const server = createTcpServer((socket) => {
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket));
        socket.on('error', (error) => {
          log.debug({ client: socket.remoteAddress, error: error.message }, 'a connection broke');
        });
        speakerNow().emit('connection', socket);
      });
      server.maxConnections = MAX_CONNECTIONS;
      servers.push(server);
      await once(host === '' ? server.listen(port) : server.listen(port, host), 'listening');
    }
  } catch (error) {
    await close();
    throw error;
  }
  const scheme = config.get().tls === null ? 'http' : 'https';
  return { urls: servers.map((server) => urlOf(scheme, server.address() as AddressInfo)), close };
}

function urlOf(scheme: string, { address, port }: AddressInfo): string {
  return `${scheme}://${address.includes(':') ? `[${address}]` : address}:${port}`;
}
