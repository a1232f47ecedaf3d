import type { Problem, Query } from '@faultline/contracts';
import { Piscina } from 'piscina';
import { isPostgresUrl } from '../database/index.ts';
import { ApiError } from '../errors.ts';
import { answerText } from './answer.ts';
import type { QueryContext } from './query.ts';

/** Who answers queries. */
export interface Answering {
  /** @returns a `QueryAnswer` as JSON text. @throws ApiError when the query asks for what there is not */
  answer: (query: Query) => Promise<string>;
  close: () => Promise<void>;
}

/** What a thread is begun with. */
export interface ThreadSettings {
  /** The store, as `connectDatabase` takes it. */
  location: string;
  /** How many questions it works on at a time, each with a connection of its own. */
  atATime: number;
  config: Pick<QueryContext['config'], 'staleAfterMs' | 'transientLimitMs'>;
}

/** What a thread is asked. */
export interface ThreadQuestion {
  query: Query;
  /** The OMS's clock, ms. */
  now: number;
}

/** An error does not keep its class on its way from a thread; so what it comes to is made there. */
export type ThreadAnswer = { text: string } | { problem: Problem; cause: unknown };

/** Thrown for what failed in a thread; its cause is the error there. */
class QueryFailedError extends ApiError {
  override readonly name = 'QueryFailedError';
  constructor({ code, detail, field }: Problem, cause: unknown) {
    super({ code, detail, ...(field === undefined ? {} : { field }) });
    this.cause = cause;
  }
}

/** PostgreSQL works on several questions of one thread; SQLite is in the thread itself. */
const AT_A_TIME_ON_POSTGRES = 4;

/** As much as V8 gives by itself: what the OMS is started with (the first line of main.ts) is for its main thread. */
const THREADS_YOUNG_MB = 48;

/** Answers in the thread that asks. */
export const answeringHere = (context: QueryContext): Answering => ({
  answer: (query) => answerText(context, query),
  close: () => Promise.resolve(),
});

/**
 * Answers in threads, so that a chart of very much holds up neither other charts nor what hosts report. Each has a connection of
 * its own to the store, and sees everything that was committed before it was asked.
 */
export function answeringInThreads(
  settings: Pick<ThreadSettings, 'location' | 'config'>,
  { threads, now }: { threads: number; now: () => number },
): Answering {
  const atATime = isPostgresUrl(settings.location) ? AT_A_TIME_ON_POSTGRES : 1;
  const pool = new Piscina<ThreadQuestion, ThreadAnswer>({
    filename: new URL('./thread.js', import.meta.url).href,
    workerData: { ...settings, atATime } satisfies ThreadSettings,
    minThreads: 1,
    maxThreads: threads,
    idleTimeout: 60_000,
    resourceLimits: { maxYoungGenerationSizeMb: THREADS_YOUNG_MB },
    concurrentTasksPerWorker: atATime,
  });
  return {
    answer: async (query) => {
      const answer = await pool.run({ query, now: now() });
      if ('problem' in answer) throw new QueryFailedError(answer.problem, answer.cause);
      return answer.text;
    },
    close: () => pool.close(),
  };
}
