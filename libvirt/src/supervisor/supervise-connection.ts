import { setTimeout as sleep } from 'node:timers/promises';
import { types } from 'node:util';
import type { Connection } from '../connection.ts';
import { UriError, type LibvirtError } from '../errors.ts';
import { Backoff, type BackoffOptions } from './backoff.ts';

/** What is needed of a connection to keep it. */
export type SupervisedConnection = Pick<Connection, 'closed' | 'close' | 'destroy'>;

export interface SessionContext {
  /** Aborted when the connection has ended (its reason is why) or when all shall end (the caller's reason). */
  signal: AbortSignal;
  /** Says that this connection serves: after it the first wait is short again. A session that resolves has said so. */
  settled: () => void;
}

/** One attempt that failed, or one connection that ended. */
export interface Setback {
  /** `connect`: no connection came about. `session`: it ended, or the session gave it up by throwing. */
  during: 'connect' | 'session';
  error: Error;
  /** Setbacks since a session last settled, this one included. */
  attempt: number;
  /** Until the next attempt, ms. */
  retryInMs: number;
}

export interface SuperviseOptions<C extends SupervisedConnection> {
  /** Makes a connection, e.g. `(signal) => connect({ uri, signal })`. */
  connect: (signal: AbortSignal) => Promise<C>;
  /**
   * Uses a connection. It may resolve at once, the connection is kept until it ends; to give it up, throw. It must end
   * when `context.signal` is aborted: the next connection waits for that.
   */
  session: (connection: C, context: SessionContext) => Promise<void> | void;
  onSetback?: (setback: Setback) => void;
  /** Default from 250 ms to 15 s. */
  backoff?: BackoffOptions;
  /** Ends it: the connection is closed, and nothing is tried again. */
  signal: AbortSignal;
}

const defaultBackoff: BackoffOptions = { firstMs: 250, maxMs: 15_000 };

/**
 * Keeps a connection: opens it, hands it to `session`, and opens another after a growing pause when it has ended, until
 * the signal is aborted; then it resolves. It rejects only for a URI that cannot be used (UriError), which no waiting
 * mends, and with what `onSetback` throws.
 */
export async function superviseConnection<C extends SupervisedConnection>(options: SuperviseOptions<C>): Promise<void> {
  const { signal, onSetback } = options;
  const backoff = new Backoff(options.backoff ?? defaultBackoff);
  const isOver = (): boolean => signal.aborted;
  while (!isOver()) {
    const { during, error } = await oneConnection(options, backoff);
    if (isOver()) return;
    if (error instanceof UriError) throw error;
    const retryInMs = backoff.next();
    onSetback?.({ during, error, attempt: backoff.attempts, retryInMs });
    await pause(retryInMs, signal);
  }
}

/** One connection from beginning to end, and why it ended. Never rejects. */
async function oneConnection<C extends SupervisedConnection>(
  { connect, session, signal }: SuperviseOptions<C>,
  backoff: Backoff,
): Promise<Pick<Setback, 'during' | 'error'>> {
  let connection: C;
  try {
    connection = await connect(signal);
  } catch (error) {
    return { during: 'connect', error: asError(error) };
  }
  const ended = new AbortController();
  const over = (): void => {
    ended.abort(signal.reason);
  };
  signal.addEventListener('abort', over, { once: true });
  if (signal.aborted) over();
  const lost = connection.closed.then((why) => {
    ended.abort(why);
    return why;
  });
  const settled = (): void => {
    backoff.reset();
  };
  try {
    await session(connection, { signal: ended.signal, settled });
    if (!ended.signal.aborted) settled();
    return { during: 'session', error: await untilEnd(lost, ended.signal) };
  } catch (error) {
    return { during: 'session', error: asError(error) };
  } finally {
    signal.removeEventListener('abort', over);
    // A daemon that stopped answering would not answer a goodbye either.
    if (signal.aborted) await connection.close();
    else connection.destroy();
  }
}

/** Resolves when the connection has ended, or all shall end. */
async function untilEnd(lost: Promise<LibvirtError>, signal: AbortSignal): Promise<Error> {
  if (signal.aborted) return asError(signal.reason);
  const aborted = new Promise<Error>((resolve) => {
    signal.addEventListener(
      'abort',
      () => {
        resolve(asError(signal.reason));
      },
      { once: true },
    );
  });
  return Promise.race([lost, aborted]);
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    // Only the signal ends a pause early, and the loop looks at it itself.
    if (!signal.aborted) throw error;
  }
}

function asError(thrown: unknown): Error {
  return types.isNativeError(thrown) ? thrown : new Error(String(thrown));
}
