import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { pathOf, OmsError } from './client.ts';
import { useOms } from './context.ts';
import { keepAsking } from './keepAsking.ts';
import type { NewsTopic } from './news.ts';

/** An answer that is kept up to date. */
export interface Live<T> {
  /** The last answer; it stays while a later question fails. Undefined until the first. */
  data: T | undefined;
  /** Why the last question failed. */
  failure: OmsError | undefined;
  /** Whether `data` is of another question than the one that is asked now. */
  isOld: boolean;
  /** Asks at once. */
  reload: () => void;
}

interface LiveOptions {
  topics?: readonly NewsTopic[];
  vm?: string | undefined;
  pollMs?: number;
}

const NO_TOPICS: readonly NewsTopic[] = [];

/**
 * Keeps the answer to a question up to date: on news, and by asking from time to time.
 *
 * @param key what makes it this question; null: nothing is asked
 * @param ask rejects with an {@link OmsError}
 */
export function useAnswer<T>(key: string | null, ask: () => Promise<T>, options: LiveOptions = {}): Live<T> {
  const { news, token } = useOms();
  const { topics = NO_TOPICS, vm, pollMs } = options;
  const { text } = useSyncExternalStore(token.subscribe, token.snapshot);
  const [answer, setAnswer] = useState<{ key: string; data?: T; failure?: OmsError }>();
  const asked = useRef(ask);
  asked.current = ask;
  const asking = useRef<{ now: () => void }>(undefined);
  const heard = topics.join(' ');

  useEffect(() => {
    if (key === null) {
      return undefined;
    }
    let isOver = false;
    const once = async (): Promise<void> => {
      try {
        const data = await asked.current();
        if (!isOver) {
          setAnswer({ key, data });
        }
      } catch (reason) {
        const failure = reason instanceof OmsError ? reason : new OmsError(String(reason), { status: 502 });
        if (!isOver) {
          setAnswer((before) => ({ key, failure, ...(before?.key === key && { data: before.data }) }));
        }
      }
    };
    const begun = keepAsking(once, {
      news,
      topics: heard === '' ? [] : (heard.split(' ') as NewsTopic[]),
      vm,
      isHidden: () => document.hidden,
      ...(pollMs !== undefined && { pollMs }),
    });
    asking.current = begun;
    document.addEventListener('visibilitychange', begun.now);
    return () => {
      isOver = true;
      document.removeEventListener('visibilitychange', begun.now);
      begun.stop();
    };
  }, [key, news, heard, vm, pollMs, text]);

  const reload = useCallback(() => asking.current?.now(), []);
  return { data: answer?.data, failure: answer?.failure, isOld: answer !== undefined && answer.key !== key, reload };
}

/** The answer to `GET path`, kept up to date; null: nothing is asked. */
export function useLive<T>(path: string | null, options: LiveOptions = {}): Live<T> {
  const { client } = useOms();
  return useAnswer<T>(path, () => client.get<T>(path ?? ''), options);
}

/** As many of a list's first pages as were asked for. */
export interface LivePages<T> extends Live<readonly T[]> {
  /** Whether the list goes on behind these. */
  hasMore: boolean;
  more: () => void;
}

interface Page<T> {
  items: T[];
  next: string | null;
}

type Params = Record<string, string | number | boolean | null | undefined>;

/** The first pages of a list that pages by cursor, kept up to date: each time all that are shown are asked for again. */
export function useLivePages<T>(path: string | null, params: Params, options: LiveOptions = {}): LivePages<T> {
  const { client } = useOms();
  const first = path === null ? null : pathOf(path, params);
  const [wanted, setWanted] = useState({ first, pages: 1 });
  const pages = wanted.first === first ? wanted.pages : 1;
  const ask = async (): Promise<Page<T>> => {
    const items: T[] = [];
    let next: string | null = null;
    for (let page = 0; page < pages; page += 1) {
      const answer: Page<T> = await client.get<Page<T>>(pathOf(path ?? '', { ...params, cursor: next }));
      items.push(...answer.items);
      next = answer.next;
      if (next === null) {
        break;
      }
    }
    return { items, next };
  };
  const answer = useAnswer(first === null ? null : `${first} ${pages}`, ask, options);
  const more = useCallback(() => setWanted({ first, pages: pages + 1 }), [first, pages]);
  const items = useMemo(() => answer.data?.items, [answer.data]);
  return { ...answer, data: items, hasMore: answer.data !== undefined && answer.data.next !== null, more };
}
