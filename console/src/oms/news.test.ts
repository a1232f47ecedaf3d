import { afterEach, describe, expect, it } from '@jest/globals';
import { EventStreamReader } from './eventStream.ts';
import { NewsFeed, type News } from './news.ts';

describe('EventStreamReader', () => {
  it('reads events in whatever pieces they come', () => {
    const text =
      ':\n\nretry: 2000\n\nevent: ready\nid: e:1\ndata: {}\n\nevent: alarm\r\nid: e:2\r\ndata: a\r\ndata: b\r\n\r\n';
    const expected = [
      { name: 'ready', id: 'e:1', data: '{}' },
      { name: 'alarm', id: 'e:2', data: 'a\nb' },
    ];
    expect(new EventStreamReader().push(text)).toEqual(expected);
    const reader = new EventStreamReader();
    expect([...text].flatMap((character) => reader.push(character))).toEqual(expected);
  });

  it('does not gather without end', () => {
    expect(() => new EventStreamReader().push('x'.repeat(1_000_001))).toThrow(RangeError);
  });
});

describe('NewsFeed', () => {
  let feed: NewsFeed;
  afterEach(() => feed.stop());

  /** A body that says nothing, until the request is aborted. */
  const endless = (init?: RequestInit) =>
    new ReadableStream<Uint8Array>({
      start: (controller) => init?.signal?.addEventListener('abort', () => controller.error(new Error('aborted'))),
    });
  const until = async (condition: () => boolean): Promise<void> => {
    for (let turn = 0; turn < 500 && !condition(); turn += 1) {
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect(condition()).toBe(true);
  };

  it('tells news, comes back after an end with the last id, and says whether it is live', async () => {
    const asked: Array<string | null> = [];
    const bodies = [
      'event: ready\nid: e:1\ndata: {}\n\nevent: alarm\nid: e:2\ndata: {"topic":"alarm","vm":null,"id":"a"}\n\n',
      'event: resync\nid: e:9\ndata: {}\n\nevent: ready\nid: e:9\ndata: {}\n\n',
    ];
    feed = new NewsFeed({
      retryMs: 1,
      fetch: async (_input, init) => {
        asked.push(new Headers(init?.headers).get('last-event-id'));
        const body = bodies.shift();
        // The last one goes on without end.
        return new Response(body ?? endless(init));
      },
    });
    const heard: Array<News | null> = [];
    const lives: boolean[] = [];
    feed.listen((news) => heard.push(news));
    feed.subscribe(() => lives.push(feed.isLive()));
    feed.start();
    await until(() => asked.length === 3);
    expect(heard).toEqual([{ topic: 'alarm', vm: null, id: 'a' }, null]);
    expect(asked).toEqual([null, 'e:2', 'e:9']);
    expect(lives).toEqual([true, false, true, false]);
  });

  it('asks again after a refusal, after nonsense and when a stream is dead', async () => {
    let asked = 0;
    feed = new NewsFeed({
      retryMs: 1,
      mostRetryMs: 2,
      silentMs: 10,
      fetch: async (_input, init) => {
        asked += 1;
        if (asked === 1) {
          throw new TypeError('Failed to fetch');
        }
        if (asked === 2) {
          return new Response('', { status: 503 });
        }
        if (asked === 3) {
          return new Response('event: alarm\ndata: {no json\n\n');
        }
        return new Response(endless(init));
      },
    });
    feed.start();
    await until(() => asked >= 5);
  });
});
