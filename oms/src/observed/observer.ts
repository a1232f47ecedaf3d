import { inRounds, type Rounds } from '@faultline/program';
import type { Logger } from 'pino';
import type { OmsDatabase } from '../database/index.ts';
import { lookBehindGaps } from './gaps.ts';
import { judgeWaiting } from './judge.ts';
import type { Surroundings } from './news.ts';
import { forgetChangesBefore } from './store.ts';

const EVERY_MS = 1000;
/** Reports that were kept on a host for longer are judged without what was beside them, ms. */
const KEEP_CHANGES_MS = 7 * 86_400_000;
const FORGET_EVERY_MS = 3_600_000;

/**
 * Judges what hosts reported, soon after it was committed, and apart from it: what waits is in the store, so that it is judged
 * also when the OMS ended in between, and whoever reports does not wait for it.
 */
export function startObserver(context: Surroundings & { db: OmsDatabase; log: Logger }): Rounds {
  const { db, log, now } = context;
  let forgotten = 0;
  const round = async (): Promise<void> => {
    await lookBehindGaps(db, now());
    await judgeWaiting(db, context);
    if (now() - forgotten < FORGET_EVERY_MS) return;
    await forgetChangesBefore(db, now() - KEEP_CHANGES_MS);
    forgotten = now();
  };
  return inRounds(EVERY_MS, round, {
    onError: (error) => {
      log.error({ err: error }, 'what hosts reported could not be judged; it is tried again');
    },
  });
}
