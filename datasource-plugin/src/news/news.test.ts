import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { BackendSrv, FetchResponse } from '@grafana/runtime';
import { Observable, of, Subject, throwError } from 'rxjs';
import { askedAgain } from './askedAgain.ts';
import { EventReader } from './events.ts';
import { NewsFeed, type OpenStream } from './feed.ts';
import { endsNow, later } from './range.ts';
import { concerns, signOf } from './sign.ts';
import { newsStream } from './stream.ts';

const VM = '11111111-1111-4111-8111-111111111111';
const OTHER = '22222222-2222-4222-8222-222222222222';

describe('server-sent events', () => {
  const read = (...pieces: string[]) => {
    const reader = new EventReader();
    return pieces.flatMap((piece) => reader.read(piece));
  };

  it('are read whole, however they are cut', () => {
    const text =
      'retry: 2000\n\n:\n\nevent: alarm\nid: e.1\ndata: {"vm":null}\n\ndata: a\ndata:b\r\n\r\nevent: ready\rdata: {}\r\r';
    const events = [
      { name: 'alarm', data: '{"vm":null}' },
      { name: 'message', data: 'a\nb' },
      { name: 'ready', data: '{}' },
    ];
    expect(read(`${text}\n`)).toEqual(events);
    expect(read(...`${text}\n`)).toEqual(events);
  });

  it('of a name without data are none, and fields that are not known are left out', () => {
    expect(read('event: alarm\n\n', 'nonsense\nretry: x\ndata\n\n')).toEqual([{ name: 'message', data: '' }]);
  });

  it('that do not end are refused before they fill the memory', () => {
    const reader = new EventReader();
    const pour = () => {
      for (let n = 0; n < 100; n += 1) reader.read('x'.repeat(1024));
    };
    expect(pour).toThrow(expect.objectContaining({ code: 'answer-malformed' }));
  });
});

describe('signs', () => {
  it.each<[string, string, unknown]>([
    ['alarm', `{"topic":"alarm","vm":"${VM}","id":"a","at":1}`, { kind: 'news', topic: 'alarm', vm: VM }],
    ['state', '{"vm":null}', { kind: 'news', topic: 'state', vm: null }],
    ['ready', '{}', { kind: 'anything' }],
    ['resync', 'not JSON', { kind: 'anything' }],
    ['end', '{"reason":"unauthorized"}', { kind: 'refused' }],
    ['end', '{"reason":"closing"}', undefined],
    ['weather', '{"vm":null}', undefined],
    ['alarm', '{', undefined],
    ['alarm', '{"vm":7}', undefined],
    ['alarm', 'null', undefined],
  ])('%s %s', (name, data, sign) => {
    expect(signOf({ name, data })).toEqual(sign);
  });

  it('concern who follows their topic and their VM', () => {
    const followed = { topics: ['alarm' as const], vm: VM };
    const news = (topic: 'alarm' | 'state', vm: string | null) => concerns({ kind: 'news', topic, vm }, followed);
    expect([news('alarm', VM), news('alarm', OTHER), news('alarm', null), news('state', VM)]).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect(concerns({ kind: 'news', topic: 'alarm', vm: OTHER }, { topics: ['alarm'] })).toBe(true);
    expect(concerns({ kind: 'anything' }, followed)).toBe(true);
  });
});

describe('live ranges', () => {
  const range = (from: unknown, to: unknown) => ({ from: 1000, to: 2000, raw: { from, to } });

  it('end now, and move on with the time as far as they were written so', () => {
    expect(endsNow(range('now-1h', 'now'))).toBe(true);
    expect(endsNow(range('now-2h', 'now-1h'))).toBe(false);
    expect(endsNow(range({}, {}))).toBe(false);
    expect(later(range('now-1h', 'now'), 50)).toEqual({ from: 1050, to: 2050 });
    expect(later(range({}, 'now'), 50)).toEqual({ from: 1000, to: 2050 });
    expect(later(range({}, {}), 50)).toEqual({ from: 1000, to: 2000 });
  });
});

describe('over time', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  describe('a live query', () => {
    it('is asked again after a sign, no more often than it may, and never twice at once', () => {
      const answers: Array<Subject<number>> = [];
      const signs = new Subject<void>();
      const seen: number[] = [];
      const subscription = askedAgain(
        () => {
          const answer = new Subject<number>();
          answers.push(answer);
          return answer;
        },
        signs,
        2000,
      ).subscribe((each) => seen.push(each));
      const answer = (value: number) => {
        answers.at(-1)?.next(value);
        answers.at(-1)?.complete();
      };
      signs.next();
      signs.next();
      expect(answers).toHaveLength(1);
      answer(1);
      jest.advanceTimersByTime(1999);
      expect(answers).toHaveLength(1);
      jest.advanceTimersByTime(1);
      expect(answers).toHaveLength(2);
      answer(2);
      jest.advanceTimersByTime(60_000);
      expect(answers).toHaveLength(2);
      signs.next();
      expect(answers).toHaveLength(3);
      expect(seen).toEqual([1, 2]);
      subscription.unsubscribe();
      expect([answers.at(-1)?.observed, signs.observed]).toEqual([false, false]);
    });

    it('ends without an error when there will be no more news', () => {
      const ends: string[] = [];
      const run = (signs: Observable<unknown>) =>
        askedAgain(() => of(1), signs, 2000).subscribe({
          complete: () => ends.push('done'),
          error: () => ends.push('error'),
        });
      run(throwError(() => new Error('no stream here')));
      expect(ends).toEqual(['done']);
      const signs = new Subject<void>();
      run(signs);
      signs.next();
      signs.error(new Error('gone'));
      expect(ends).toEqual(['done']);
      jest.advanceTimersByTime(2000);
      expect(ends).toEqual(['done', 'done']);
    });
  });

  describe('the feed of news', () => {
    const bytes = (text: string) => new TextEncoder().encode(text);
    let opened: Array<{ vm: string | undefined; stream: Subject<Uint8Array> }>;
    const open: OpenStream = (vm) => {
      const stream = new Subject<Uint8Array>();
      opened.push({ vm, stream });
      return stream;
    };
    const tell = (topic: string, vm: string | null) =>
      opened.at(-1)?.stream.next(bytes(`event: ${topic}\ndata: ${JSON.stringify({ vm })}\n\n`));
    beforeEach(() => {
      opened = [];
    });

    it('is one connection, of one VM as long as one is followed', () => {
      const feed = new NewsFeed(open);
      const heard: string[] = [];
      const one = feed.follow({ topics: ['alarm'], vm: VM }).subscribe(() => heard.push('one'));
      const same = feed.follow({ topics: ['state'], vm: VM }).subscribe(() => heard.push('same'));
      expect(opened.map(({ vm }) => vm)).toEqual([VM]);
      tell('alarm', VM);
      expect(heard).toEqual(['one']);
      const all = feed.follow({ topics: ['alarm'] }).subscribe(() => heard.push('all'));
      expect(opened.map(({ vm, stream }) => [vm, stream.observed])).toEqual([
        [VM, false],
        [undefined, true],
      ]);
      tell('alarm', OTHER);
      expect(heard).toEqual(['one', 'all']);
      // What was told while it was opened anew is not known: everyone asks.
      tell('ready', null);
      expect(heard).toEqual(['one', 'all', 'one', 'same', 'all']);
      for (const each of [one, same, all]) each.unsubscribe();
    });

    it('outlives a refresh of the dashboard, and ends when nobody comes back', () => {
      const feed = new NewsFeed(open);
      feed
        .follow({ topics: ['alarm'], vm: VM })
        .subscribe()
        .unsubscribe();
      jest.advanceTimersByTime(4000);
      const again = feed.follow({ topics: ['alarm'], vm: VM }).subscribe();
      jest.advanceTimersByTime(10_000);
      expect(opened.map(({ stream }) => stream.observed)).toEqual([true]);
      again.unsubscribe();
      jest.advanceTimersByTime(5000);
      expect(opened.map(({ stream }) => stream.observed)).toEqual([false]);
    });

    it('is opened again after it ended or fell silent, later each time, and given up in the end', () => {
      const feed = new NewsFeed(open);
      let failed = false;
      feed.follow({ topics: ['alarm'], vm: VM }).subscribe({ error: () => (failed = true) });
      tell('ready', null);
      opened[0]?.stream.complete();
      expect(opened).toHaveLength(1);
      jest.advanceTimersByTime(2000);
      expect(opened).toHaveLength(2);
      tell('ready', null);
      jest.advanceTimersByTime(45_000 + 2000);
      expect(opened).toHaveLength(3);
      for (const waitMs of [2000, 4000, 8000, 16_000]) {
        opened.at(-1)?.stream.error(new Error('502'));
        jest.advanceTimersByTime(waitMs);
      }
      opened.at(-1)?.stream.error(new Error('502'));
      jest.advanceTimersByTime(600_000);
      expect(failed).toBe(true);
      const attempts = opened.length;
      expect(attempts).toBeLessThanOrEqual(7);
      // And tried afresh for whoever asks later.
      feed.follow({ topics: ['alarm'], vm: VM }).subscribe({ error: () => undefined });
      expect(opened).toHaveLength(attempts + 1);
    });

    it('is not asked again by who is refused', () => {
      const feed = new NewsFeed(open);
      let failed = false;
      feed.follow({ topics: ['alarm'], vm: VM }).subscribe({ error: () => (failed = true) });
      opened[0]?.stream.next(bytes('event: end\ndata: {"reason":"unauthorized"}\n\n'));
      jest.advanceTimersByTime(600_000);
      expect([failed, opened.length]).toEqual([true, 1]);
    });

    it('fails at once, and without harm, where there are no such requests, or they are refused', () => {
      const pieces = (status: number) => of({ ok: false, status, data: bytes('{}') } as FetchResponse<Uint8Array>);
      const services: Array<Pick<BackendSrv, 'chunked'>> = [
        {
          chunked: () => {
            throw new Error('The console offers no chunked requests.');
          },
        },
        {} as Pick<BackendSrv, 'chunked'>,
        { chunked: () => pieces(403) },
      ];
      for (const service of services) {
        const feed = new NewsFeed((vm) => newsStream(service, '', vm));
        const seen: string[] = [];
        askedAgain(() => of(1), feed.follow({ topics: ['alarm'] }), 2000).subscribe({
          next: (each) => seen.push(String(each)),
          complete: () => seen.push('done'),
        });
        expect(seen).toEqual(['1', 'done']);
      }
    });

    it('asks for what it needs, and again where the OMS has too many listeners just now', () => {
      const urls: string[] = [];
      const service: Pick<BackendSrv, 'chunked'> = {
        chunked: ({ url }) => {
          urls.push(url);
          return of({ ok: false, status: 503 } as FetchResponse<Uint8Array>);
        },
      };
      const feed = new NewsFeed((vm) => newsStream(service, '/proxy', vm));
      feed.follow({ topics: ['alarm'], vm: VM }).subscribe({ error: () => undefined });
      jest.advanceTimersByTime(2000);
      expect(urls).toEqual([`/proxy/api/v1/news?vm=${VM}`, `/proxy/api/v1/news?vm=${VM}`]);
    });
  });
});
