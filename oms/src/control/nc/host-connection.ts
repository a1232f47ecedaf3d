import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectionClosedError, type ConnectOptions } from '@faultline/libvirt';
import type { Logger } from 'pino';
import type { HypervisorConnection } from './hypervisor.ts';

export interface HostConnectionOptions {
  host: string;
  uri: string;
  connect: (options: ConnectOptions) => Promise<HypervisorConnection>;
  /** Pause before connecting again: doubles from the first to the last, ms. */
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
    const isClosing = () => this.#closing.signal.aborted;
    let pauseMs = retryMs.first;
    while (!isClosing()) {
      try {
        const connection = await this.current();
        pauseMs = retryMs.first;
        await connection.closed;
      } catch (error) {
        if (!isClosing()) logger.warn({ err: error, againInMs: pauseMs }, 'libvirtd cannot be reached');
      }
      await this.#pause(pauseMs);
      pauseMs = Math.min(pauseMs * 2, retryMs.last);
    }
  }

  async #pause(ms: number): Promise<void> {
    try {
      await sleep(ms, undefined, { signal: this.#closing.signal });
    } catch (error) {
      // Only closing ends a pause early, and the loop looks at that itself.
      if (!this.#closing.signal.aborted) throw error;
    }
  }
}
