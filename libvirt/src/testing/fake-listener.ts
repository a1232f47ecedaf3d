import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';

/** PEM texts of a daemon that speaks TLS. */
export interface FakeTls {
  /** Client certificates must be signed by this one. */
  ca: string;
  cert: string;
  key: string;
}

/** `unix`: in a temporary folder. `tcp`, and TLS: on a free port of 127.0.0.1, kept over `goDown`. */
export type FakeListen = 'unix' | 'tcp' | FakeTls;

/** Where a fake daemon takes connections. */
export class FakeListener {
  readonly socketPath: string;
  readonly #listen: FakeListen;
  #server: Server | undefined;
  #port = 0;

  constructor(listen: FakeListen, socketPath: string) {
    this.#listen = listen;
    this.socketPath = socketPath;
  }

  get uri(): string {
    if (this.#listen === 'unix') return `qemu+unix:///system?socket=${this.socketPath}`;
    return `qemu+${this.#listen === 'tcp' ? 'tcp' : 'tls'}://127.0.0.1:${this.#port}/system`;
  }

  async open(accept: (socket: Socket) => void): Promise<void> {
    const server = typeof this.#listen === 'object' ? tlsServer(this.#listen, accept) : createServer(accept);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      if (this.#listen === 'unix') server.listen(this.socketPath, resolve);
      else server.listen(this.#port, '127.0.0.1', resolve);
    });
    if (this.#listen !== 'unix') this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Takes no more; resolves when the last connection has ended. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server) await new Promise((resolve) => server.close(resolve));
  }
}

/** As libvirtd: looks at the client's certificate after the handshake, then says so with one byte, or closes. */
function tlsServer(tls: FakeTls, accept: (socket: Socket) => void): Server {
  const server = createTlsServer({ ...tls, requestCert: true, rejectUnauthorized: false }, (socket: TLSSocket) => {
    socket.on('error', () => undefined);
    if (!socket.authorized) {
      socket.end();
      return;
    }
    socket.write(Buffer.of(1));
    accept(socket);
  });
  // A client that does not trust us ends the handshake: its side of the matter.
  server.on('tlsClientError', () => undefined);
  return server;
}
