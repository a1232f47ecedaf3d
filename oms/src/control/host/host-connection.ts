import {
  CallAbortedError,
  ConnectionClosedError,
  RemoteError,
  superviseConnection,
  type ConnectOptions,
} from '@faultline/libvirt';
import pLimit from 'p-limit';
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

/** libvirtd has 20 worker threads by default, of which each call that hangs holds one: some are left to others. */
const MAX_ASIDES = 12;

/**
 * The way to a host's libvirtd. One connection is kept: opened at the start, opened again when it is lost. A request
 * that finds it down does not wait for the next attempt but makes one, and gets that attempt's error as its cause.
 *
 * What may hang on a stuck QEMU or on storage that is gone does not go over it, but aside: libvirtd works on five calls of
 * a connection at a time and then reads no more of it, so that five stuck ones would blind the parties of the host.
 */
export class HostConnection {
  readonly #options: HostConnectionOptions;
  readonly #closing = new AbortController();
  readonly #kept: Promise<void>;
  readonly #asides = pLimit(MAX_ASIDES);
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
    this.#attempt ??= this.#openKept().finally(() => {
      this.#attempt = undefined;
    });
    return this.#attempt;
  }

  /**
   * Runs calls that may hang on a connection of their own, which is given up where an answer did not come.
   *
   * @param signal aborted: nothing is begun any more, also not when the turn comes
   * @throws LibvirtError when no connection comes about
   */
  aside<Result>(signal: AbortSignal, work: (connection: HypervisorConnection) => Promise<Result>): Promise<Result> {
    return this.#asides(async () => {
      if (signal.aborted) throw new CallAbortedError('a call that waited for its turn', signal.reason);
      const connection = await this.#connect(signal);
      try {
        const result = await work(connection);
        await connection.close();
        return result;
      } catch (error) {
        if (error instanceof RemoteError) await connection.close();
        else connection.destroy();
        throw error;
      }
    });
  }

  async close(): Promise<void> {
    this.#closing.abort(new ConnectionClosedError());
    await this.#open?.close();
    await this.#kept;
  }

  async #openKept(): Promise<HypervisorConnection> {
    const { uri, logger } = this.#options;
    const connection = await this.#connect(this.#closing.signal);
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

  #connect(signal: AbortSignal): Promise<HypervisorConnection> {
    const { uri, connect } = this.#options;
    return connect({ uri, signal });
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
