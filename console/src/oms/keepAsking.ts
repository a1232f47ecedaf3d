import type { News, NewsFeed, NewsTopic } from './news.ts';

interface Options {
  news: Pick<NewsFeed, 'isLive' | 'listen'>;
  /** News of these topics, about `vm` or any, mean that the answer may be another now. */
  topics: readonly NewsTopic[];
  vm?: string | undefined;
  /** Nobody looks at a hidden page. */
  isHidden?: () => boolean;
  /** News that come together are answered with one question, ms. */
  gatherMs?: number;
  /** Between two questions while news do not come, ms. */
  pollMs?: number;
  /** The same while they do: what changes without being news, such as a shelf that ends. */
  slowPollMs?: number;
}

/**
 * Asks at once, on news, and from time to time; never twice at a time. `ask` must not reject. Returns how to end it, and how to ask at
 * once.
 */
export function keepAsking(ask: () => Promise<void>, options: Options): { stop: () => void; now: () => void } {
  const { news, topics, vm, isHidden = () => false, gatherMs = 300, pollMs = 5_000, slowPollMs = 30_000 } = options;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isAsking = false;
  let isWanted = false;
  let stopped = false;

  const schedule = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void run(), ms);
  };
  const run = async (): Promise<void> => {
    if (stopped) {
      return;
    }
    if (isAsking) {
      isWanted = true;
      return;
    }
    if (isHidden()) {
      schedule(pollMs);
      return;
    }
    clearTimeout(timer);
    isAsking = true;
    isWanted = false;
    await ask();
    isAsking = false;
    if (!stopped) {
      // News that came meanwhile may not be in the answer.
      schedule(isWanted ? gatherMs : news.isLive() ? slowPollMs : pollMs);
    }
  };
  const hear = (told: News | null): void => {
    const concerns = told === null || (topics.includes(told.topic) && (!vm || told.vm === null || told.vm === vm));
    if (!concerns || stopped) {
      return;
    }
    if (isAsking) {
      isWanted = true;
    } else if (!isWanted) {
      isWanted = true;
      schedule(gatherMs);
    }
  };
  const stopListening = news.listen(hear);
  void run();
  return {
    now: () => void run(),
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      stopListening();
    },
  };
}
