import { ConnectionClosedError, superviseConnection, type ConnectOptions } from '@faultline/libvirt';
import type { Logger } from 'pino';
import type { HypervisorConnection } from './hypervisor.ts';

export interface HostConnectionOptions {
  host: string;
  uri: string;
  connect: (options: ConnectOptions) => Promise<HypervisorConnection>;
  /** Pause before connecting again: doubles from the first to the last, each somewhat shortened at random, ms. */
  retryMs: { first: number; last: number };
  logger: Logger;
}

/**
 * The one connection of an NC to its host's libvirtd: opened at the start, opened again when it is lost. A request
 * that finds it down does not wait for the next attempt but makes one, and gets that attempt's error as its cause.
 */
export class HostConnection {
  readonly #options: HostConnectionOptions;
  readonly #closing = new AbortController();
  readonly #kept: Promise<void>;
  #open: HypervisorConnection | undefined;
  #attempt: Promise<HypervisorConnection> | undefined;

  constructor(options: HostConnectionOptions) {
    this.#options = options;
    this.#kept = this.#keepOpen();
  }

  /** @throws LibvirtError when no connection comes about */
  async current(): Promise<HypervisorConnection> {
    if (this.#closing.signal.aborted) throw new ConnectionClosedError();
    if (this.#open !== undefined) return this.#open;
    this.#attempt ??= this.#connect().finally(() => {
      this.#attempt = undefined;
    });
    return this.#attempt;
  }

  async close(): Promise<void> {
    this.#closing.abort(new ConnectionClosedError());
    await this.#open?.close();
    await this.#kept;
  }

  async #connect(): Promise<HypervisorConnection> {
    const { uri, connect, logger } = this.#options;
    const connection = await connect({ uri, signal: this.#closing.signal });
    if (this.#closing.signal.aborted) {
      await connection.close();
      throw new ConnectionClosedError();
    }
    this.#open = connection;
    logger.info({ uri }, 'connected to libvirtd');
    void connection.closed.then((why) => {
      if (this.#open === connection) this.#open = undefined;
      if (!this.#closing.signal.aborted) logger.warn({ err: why }, 'the connection to libvirtd is lost');
    });
    return connection;
  }

  async #keepOpen(): Promise<void> {
    const { retryMs, logger } = this.#options;
    try {
      await superviseConnection({
        connect: () => this.current(),
        session: () => undefined,
        backoff: { firstMs: retryMs.first, maxMs: retryMs.last },
        onSetback: ({ during, error, retryInMs }) => {
          if (during === 'connect') logger.warn({ err: error, againInMs: retryInMs }, 'libvirtd cannot be reached');
        },
        signal: this.#closing.signal,
      });
    } catch (error) {
      // Each request gets it too, as its cause.
      logger.error({ err: error }, 'libvirtd cannot be reached with this URI');
    }
  }
}
