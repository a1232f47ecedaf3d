import { settledWithin } from '@faultline/program';
import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import pg from 'pg';
import { messageOf } from '../errors.ts';
import { StoreConnectionError } from './failure.ts';
import { nameOfPrepared } from './prepared.ts';

export interface ConnectionPoolOptions {
  /** How long a statement is waited for, ms; 0: for ever. */
  answerWithinMs: number;
  /** Told when a connection is lost; the next question opens another. */
  onLost: (error: Error) => void;
}

const END_WITHIN_MS = 5000;

/**
 * pg's pool as Kysely asks of it, for a server that may go away at any moment. A connection that broke while it was lent breaks the
 * transaction that it was lent to and nothing else, is not lent again, and every failure of the connection, and none of a
 * statement, is a {@link StoreConnectionError}.
 */
export class ConnectionPool implements PostgresPool {
  readonly #pool: pg.Pool;
  /** Kysely knows a connection again by its identity. */
  readonly #connections = new WeakMap<pg.PoolClient, Connection>();

  constructor(pool: pg.Pool, options: ConnectionPoolOptions) {
    this.#pool = pool;
    // Without it, the loss of a connection that nobody uses would end the process.
    pool.on('error', options.onLost);
    // Listened to from its first moment: it may be lost in the very turn in which it is made, before anybody has it.
    pool.on('connect', (client) => this.#connections.set(client, new Connection(client, options)));
  }

  /** @throws StoreConnectionError */
  async connect(): Promise<PostgresPoolClient> {
    try {
      const connection = this.#connections.get(await this.#pool.connect());
      if (connection === undefined) throw new TypeError('the pool gave a connection of which it did not tell');
      return connection;
    } catch (error) {
      throw asConnectionError(error);
    }
  }

  /** @throws StoreConnectionError when the server does not say goodbye in time */
  async end(): Promise<void> {
    await settledWithin(
      END_WITHIN_MS,
      this.#pool.end(),
      () => new StoreConnectionError('the database does not answer'),
    );
  }
}

class Connection implements PostgresPoolClient {
  readonly #client: pg.PoolClient;
  readonly #answerWithinMs: number;
  #broken: StoreConnectionError | undefined;

  constructor(client: pg.PoolClient, { answerWithinMs, onLost }: ConnectionPoolOptions) {
    this.#client = client;
    this.#answerWithinMs = answerWithinMs;
    // The pool listens only to those that it has not lent.
    client.on('error', (error) => {
      this.#broken ??= asConnectionError(error);
      onLost(error);
    });
  }

  query<R>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  query<R>(
    asked: string | PostgresCursor<R>,
    parameters: readonly unknown[] = [],
  ): Promise<PostgresQueryResult<R>> | PostgresCursor<R> {
    if (typeof asked !== 'string') throw new Error('no cursor was given to the dialect');
    return this.#ask(asked, parameters) as Promise<PostgresQueryResult<R>>;
  }

  release(): void {
    this.#client.release(this.#broken);
  }

  /** What broke a connection is what everything that is still asked of it ends with: also the rollback that follows. */
  async #ask(text: string, parameters: readonly unknown[]): Promise<unknown> {
    if (this.#broken !== undefined) throw this.#broken;
    try {
      const name = nameOfPrepared(text);
      const query = { text, values: [...parameters], ...(name === undefined ? {} : { name }) };
      return await this.#answered(this.#client.query(query));
    } catch (error) {
      throw this.#reasonOf(error);
    }
  }

  /** The loss of the connection is told before what was asked of it fails. */
  #reasonOf(error: unknown): unknown {
    return this.#broken ?? error;
  }

  async #answered<T>(asked: Promise<T>): Promise<T> {
    const withinMs = this.#answerWithinMs;
    if (withinMs === 0) return await asked;
    return await settledWithin(withinMs, asked, () => {
      const late = new StoreConnectionError(`the database did not answer within ${withinMs / 1000} s`);
      this.#broken ??= late;
      return late;
    });
  }
}

function asConnectionError(error: unknown): StoreConnectionError {
  return new StoreConnectionError(`the database cannot be reached: ${messageOf(error)}`, { cause: error });
}
