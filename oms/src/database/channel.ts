import { settledWithin, waitMs } from '@faultline/program';
import type { Logger } from 'pino';
import pg from 'pg';
import { messageOf } from '../errors.ts';
import { StoreConnectionError } from './failure.ts';

/** PostgreSQL takes payloads of less than 8000 bytes. */
export const MAX_MESSAGE_BYTES = 7900;
const CONNECT_WITHIN_MS = 5000;
const ANSWER_WITHIN_MS = 5000;
/** A connection on which nothing is heard may be dead. */
const ASK_EVERY_MS = 10_000;
const OPEN_AGAIN_MS = 1000;

export interface ChannelOptions {
  /** Of the PostgreSQL server's database. */
  url: string;
  /** Letters, digits and underscores. */
  name: string;
  log: Logger;
  onMessage: (text: string) => void;
  /** Told when messages arrive from now on; `isAgain`: some may have been missed since the connection before. */
  onOpen: (isAgain: boolean) => void;
}

/** What everyone on one database can tell everyone else who is there (LISTEN and NOTIFY), over a connection of its own. */
export class Channel {
  readonly #options: ChannelOptions;
  readonly #closing = new AbortController();
  #client: pg.Client | undefined;
  #running: Promise<void> = Promise.resolve();
  #wasOpen = false;

  constructor(options: ChannelOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  /**
   * Resolves when the server has it. Who sends hears it too.
   *
   * @throws StoreConnectionError when it is not known to have been told
   */
  async send(text: string): Promise<void> {
    if (this.#client === undefined) throw new StoreConnectionError('the channel is not open');
    await settledWithin(
      ANSWER_WITHIN_MS,
      this.#client.query('select pg_notify($1, $2)', [this.#options.name, text]),
      () => new StoreConnectionError('the database did not take a message in time'),
    );
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  async #run(): Promise<void> {
    while (!this.#isClosed()) {
      try {
        await this.#listen();
      } catch (error) {
        if (this.#isClosed()) return;
        this.#options.log.warn({ err: error, againInMs: OPEN_AGAIN_MS }, `replicas are not heard: ${messageOf(error)}`);
        await waitMs(OPEN_AGAIN_MS, this.#closing.signal);
      }
    }
  }

  /** @throws what ended it, unless it was closed */
  async #listen(): Promise<void> {
    const { url, name, onMessage, onOpen } = this.#options;
    const client = new pg.Client({
      connectionString: url,
      application_name: 'faultline-oms news',
      connectionTimeoutMillis: CONNECT_WITHIN_MS,
      keepAlive: true,
    });
    const lost = new AbortController();
    client.on('error', (error) => {
      lost.abort(error);
    });
    client.on('notification', ({ payload }) => {
      if (payload !== undefined) onMessage(payload);
    });
    const onClose = (): void => {
      lost.abort();
    };
    this.#closing.signal.addEventListener('abort', onClose);
    try {
      await client.connect();
      await client.query(`listen ${pg.escapeIdentifier(name)}`);
      this.#client = client;
      onOpen(this.#wasOpen);
      this.#wasOpen = true;
      const isLost = (): boolean => lost.signal.aborted;
      while (!isLost()) {
        await waitMs(ASK_EVERY_MS, lost.signal);
        if (!isLost()) await settledWithin(ANSWER_WITHIN_MS, client.query('select 1'));
      }
      if (!this.#isClosed()) throw lost.signal.reason;
    } finally {
      this.#client = undefined;
      this.#closing.signal.removeEventListener('abort', onClose);
      await this.#end(client);
    }
  }

  async #end(client: pg.Client): Promise<void> {
    try {
      await settledWithin(ANSWER_WITHIN_MS, client.end());
    } catch (error) {
      this.#options.log.warn({ err: error }, 'the connection by which replicas are heard did not end');
    }
  }
}
