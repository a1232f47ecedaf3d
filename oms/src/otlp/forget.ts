import { inRounds, type Rounds } from '@faultline/program';
import type { Logger } from 'pino';
import type { OmsDatabase } from '../database/index.ts';
import { forgetSpans } from './store.ts';

const EVERY_MS = 60_000;

/** Keeps what waits for an operation bounded. */
export function startForgetting({ db, log, now }: { db: OmsDatabase; log: Logger; now: () => number }): Rounds {
  const round = async (): Promise<void> => {
    const forgotten = await forgetSpans(db, now());
    if (forgotten > 0) log.debug({ forgotten }, 'spans were forgotten');
  };
  return inRounds(EVERY_MS, round, {
    onError: (error) => {
      log.error({ err: error }, 'old spans could not be forgotten; it is tried again');
    },
  });
}
