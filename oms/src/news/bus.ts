import type { News } from '@faultline/contracts';

/** News with the id under which a client can ask for what followed it. */
export interface ToldNews extends News {
  eventId: string;
}

/**
 * Where what was stored is told, after its commit, to whoever listens in this process. Telling never fails and never waits. What
 * another replica stored is told here by whoever hears of it.
 */
export interface NewsBus {
  tell(news: News): void;
  /** Tells that something may have been stored of which nobody told: whoever listens asks for everything anew. */
  tellGap(): void;
  /**
   * @param onGap told when news may be missing
   * @returns how to stop listening
   */
  listen(listener: (news: ToldNews) => void, onGap?: () => void): () => void;
  /** The id of the latest news; where nothing was told yet, one from which all that follows can be asked for. */
  latestId(): string;
  /** What was told after the news with this id, oldest first; null where that is not known any more, or never was. */
  after(eventId: string): ToldNews[] | null;
}

/** News that are kept for clients that were away for a moment. */
const KEPT = 4096;

/**
 * A bus with a bounded memory.
 *
 * @param epoch tells this bus from the one before a restart, whose ids count from the same number
 */
export function createNewsBus({ epoch, kept = KEPT }: { epoch: string; kept?: number }): NewsBus {
  const listeners = new Set<{ take: (news: ToldNews) => void; onGap: (() => void) | undefined }>();
  const ring: ToldNews[] = [];
  let told = 0;
  /** What was told before is not all that there was to tell. */
  let whole = 0;
  const idOf = (sequence: number): string => `${epoch}.${sequence}`;
  return {
    tell: (news) => {
      told += 1;
      const withId = { ...news, eventId: idOf(told) };
      ring[told % kept] = withId;
      for (const { take } of listeners) take(withId);
    },
    tellGap: () => {
      told += 1;
      whole = told;
      for (const { onGap } of listeners) onGap?.();
    },
    listen: (take, onGap) => {
      const listener = { take, onGap };
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    latestId: () => idOf(told),
    after: (eventId) => {
      const sequence = sequenceOf(eventId, epoch);
      if (sequence === null || sequence > told || sequence < whole || told - sequence > kept) return null;
      const missed: ToldNews[] = [];
      for (let next = sequence + 1; next <= told; next += 1) {
        const news = ring[next % kept];
        if (news !== undefined) missed.push(news);
      }
      return missed;
    },
  };
}

function sequenceOf(eventId: string, epoch: string): number | null {
  const [, of, sequence] = /^([A-Za-z0-9-]{1,64})\.(\d{1,15})$/.exec(eventId) ?? [];
  return of === epoch && sequence !== undefined ? Number(sequence) : null;
}
