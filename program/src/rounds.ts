import { waitMs } from './wait.ts';

/** Work that is done again and again until it is closed. */
export interface Rounds {
  /** Resolves when the round under way has ended. */
  close: () => Promise<void>;
}

/** Does `work` every so many ms, for the first time after as long; one round at a time. One that fails is told of, and the next one comes. */
export function inRounds(
  everyMs: number,
  work: () => Promise<void>,
  { onError }: { onError: (error: unknown) => void },
): Rounds {
  const closing = new AbortController();
  const rounds = (async () => {
    for (;;) {
      await waitMs(everyMs, closing.signal);
      if (closing.signal.aborted) return;
      try {
        await work();
      } catch (error) {
        onError(error);
      }
    }
  })();
  return {
    close: async () => {
      closing.abort();
      await rounds;
    },
  };
}
