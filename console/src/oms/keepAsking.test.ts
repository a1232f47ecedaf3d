import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { keepAsking } from './keepAsking.ts';
import type { NewsListener } from './news.ts';

describe('keepAsking', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  function news() {
    const listeners = new Set<NewsListener>();
    return {
      live: false,
      isLive() {
        return this.live;
      },
      listen(listener: NewsListener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      tell: (...told: Parameters<NewsListener>) => listeners.forEach((listener) => listener(...told)),
    };
  }
  const alarm = (vm: string | null) => ({ topic: 'alarm', vm, id: 'a' }) as const;

  it('asks at once, then every 5 s without news and every 30 s with them', async () => {
    const feed = news();
    let asked = 0;
    const { stop } = keepAsking(async () => void (asked += 1), { news: feed, topics: [] });
    await jest.advanceTimersByTimeAsync(10_100);
    expect(asked).toBe(3);
    feed.live = true;
    await jest.advanceTimersByTimeAsync(5_000);
    expect(asked).toBe(4);
    await jest.advanceTimersByTimeAsync(29_000);
    expect(asked).toBe(4);
    stop();
    await jest.advanceTimersByTimeAsync(90_000);
    expect(asked).toBe(4);
  });

  it('asks once for news that come together, and only for those that concern it', async () => {
    const feed = news();
    feed.live = true;
    let asked = 0;
    const { stop } = keepAsking(async () => void (asked += 1), { news: feed, topics: ['alarm'], vm: 'a' });
    await jest.advanceTimersByTimeAsync(0);
    feed.tell(alarm('b'));
    feed.tell({ topic: 'state', vm: 'a', id: 's' });
    await jest.advanceTimersByTimeAsync(1_000);
    expect(asked).toBe(1);
    feed.tell(alarm('a'));
    feed.tell(alarm(null));
    feed.tell(null);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(asked).toBe(2);
    stop();
  });

  it('never asks twice at a time, and asks again for what was told while it asked', async () => {
    const feed = news();
    feed.live = true;
    let asked = 0;
    let answer = (): void => undefined;
    const ask = () =>
      new Promise<void>((resolve) => {
        asked += 1;
        answer = resolve;
      });
    const { stop, now } = keepAsking(ask, { news: feed, topics: ['alarm'] });
    feed.tell(alarm('a'));
    now();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(asked).toBe(1);
    answer();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(asked).toBe(2);
    answer();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(asked).toBe(2);
    stop();
  });

  it('asks nothing for a page that nobody looks at', async () => {
    let hidden = true;
    let asked = 0;
    const { stop } = keepAsking(async () => void (asked += 1), { news: news(), topics: [], isHidden: () => hidden });
    await jest.advanceTimersByTimeAsync(60_000);
    expect(asked).toBe(0);
    hidden = false;
    await jest.advanceTimersByTimeAsync(5_000);
    expect(asked).toBe(1);
    stop();
  });
});
