import { createConnection, type NetConnectOpts, type Socket } from 'node:net';
import { types } from 'node:util';
import { CallAbortedError, ConnectError } from '../errors.ts';
import type { OpenLimits } from './transport.ts';

/** What may happen on a socket, by event: true when it is what was waited for, false when not yet; or it throws. */
type Outcomes = Record<string, (value: never) => boolean>;

/**
 * Waits until one of the outcomes has come. On failure, error, time over or abort the socket is destroyed.
 * Throws what the outcome throws, the socket's own error, ConnectError (time over), CallAbortedError.
 */
export function waitOn<S extends Socket>(
  socket: S,
  { peer, outcomes }: { peer: string; outcomes: Outcomes },
  { deadline, signal }: OpenLimits,
): Promise<S> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      for (const [event, listener] of listeners) socket.off(event, listener);
    };
    const fail = (error: Error): void => {
      settle();
      socket.destroy();
      reject(error);
    };
    const onAbort = (): void => {
      fail(new CallAbortedError('connect', signal?.reason));
    };
    const all: Outcomes = { error: throwIt, ...outcomes };
    const listeners = Object.entries(all).map(([event, outcome]) => {
      const listener = (value: unknown): void => {
        try {
          if (!outcome(value as never)) return;
        } catch (error) {
          fail(error as Error);
          return;
        }
        settle();
        resolve(socket);
      };
      return [event, listener] as const;
    });
    for (const [event, listener] of listeners) socket.on(event, listener);
    // An error after the wait, before there is a session to hear it, would end the process; the session sees it closed.
    socket.on('error', () => undefined);
    const timer = setTimeout(
      () => {
        fail(new ConnectError(`${peer} gave no connection in time`));
      },
      Math.max(0, deadline - performance.now()),
    );
    if (signal?.aborted) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
  });
}

function throwIt(error: Error): never {
  throw error;
}

/** Throws ConnectError (its `cause` has the system's code, e.g. ENOENT), CallAbortedError. */
export async function openSocket(where: NetConnectOpts & { peer: string }, limits: OpenLimits): Promise<Socket> {
  const { peer } = where;
  if (limits.signal?.aborted) throw new CallAbortedError('connect', limits.signal.reason);
  try {
    return await waitOn(createConnection(where), { peer, outcomes: { connect: () => true } }, limits);
  } catch (error) {
    if (isOurs(error)) throw error;
    throw new ConnectError(messageOf(error), { cause: error });
  }
}

/** Errors that say all there is to say, and are not wrapped again. */
export function isOurs(error: unknown): error is ConnectError | CallAbortedError {
  return error instanceof ConnectError || error instanceof CallAbortedError;
}

/** Node's error for a host with several addresses has one error each, and no message of its own. */
export function messageOf(error: unknown): string {
  if (!types.isNativeError(error)) return String(error);
  return 'errors' in error && Array.isArray(error.errors) ? error.errors.map(messageOf).join('; ') : error.message;
}
