import type { Logger } from 'pino';
import type { OmsDatabase } from '../database/index.ts';
import { forgetSpans } from './store.ts';

const EVERY_MS = 60_000;

export interface Forgetting {
  close: () => Promise<void>;
}

/** Keeps what waits for an operation bounded. */
export function startForgetting({ db, log, now }: { db: OmsDatabase; log: Logger; now: () => number }): Forgetting {
  let turn: Promise<void> | null = null;
  const take = async (): Promise<void> => {
    try {
      const forgotten = await forgetSpans(db, now());
      if (forgotten > 0) log.debug({ forgotten }, 'spans were forgotten');
    } catch (error) {
      log.error({ err: error }, 'old spans could not be forgotten; it is tried again');
    }
  };
  const timer = setInterval(() => {
    turn ??= take().finally(() => {
      turn = null;
    });
  }, EVERY_MS);
  return {
    close: async () => {
      clearInterval(timer);
      await turn;
    },
  };
}
