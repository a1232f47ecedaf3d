import { EventStreamReader, type StreamEvent } from './eventStream.ts';

export type NewsTopic = 'state' | 'operation' | 'alarm' | 'connectivity' | 'verdict';

/** That something new was stored; `vm` null: it concerns more than one. */
export interface News {
  topic: NewsTopic;
  vm: string | null;
  id: string;
}

/** Told of news; null: news may have been missed, so that everything shown is to be asked for again. */
export type NewsListener = (news: News | null) => void;

const TOPICS: readonly string[] = ['state', 'operation', 'alarm', 'connectivity', 'verdict'] satisfies NewsTopic[];

interface NewsOptions {
  fetch: typeof globalThis.fetch;
  /** Before it is asked again after an end, ms; doubled while nothing comes, up to the second. */
  retryMs?: number;
  mostRetryMs?: number;
  /** A stream that is silent for longer is dead, ms: the OMS sends something every 15 s. */
  silentMs?: number;
}

/** Listens to what is new (`GET /api/v1/news`), and comes back by itself. While it is not live, whoever needs news must ask. */
export class NewsFeed {
  private readonly options: Required<NewsOptions>;
  private readonly listeners = new Set<NewsListener>();
  private readonly watchers = new Set<() => void>();
  private live = false;
  private lastId = '';
  private running: AbortController | undefined;

  constructor(options: NewsOptions) {
    this.options = { retryMs: 2_000, mostRetryMs: 30_000, silentMs: 40_000, ...options };
  }

  readonly isLive = (): boolean => this.live;

  /** Told when {@link isLive} changes. */
  readonly subscribe = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  listen(listener: NewsListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Begins to listen; where it listens already, it begins anew, as after a change of the token. */
  start(): void {
    this.stop();
    this.running = new AbortController();
    void this.run(this.running.signal);
  }

  stop(): void {
    this.running?.abort();
    this.running = undefined;
    this.setLive(false);
  }

  private async run(ended: AbortSignal): Promise<void> {
    let waitMs = this.options.retryMs;
    while (!ended.aborted) {
      try {
        await this.readOnce(ended, () => (waitMs = this.options.retryMs));
      } catch {
        // Why it ended does not matter to anyone: it is asked again, and until then everyone polls.
      }
      if (ended.aborted) {
        return;
      }
      this.setLive(false);
      await delay(waitMs, ended);
      waitMs = Math.min(waitMs * 2, this.options.mostRetryMs);
    }
  }

  private async readOnce(ended: AbortSignal, onReady: () => void): Promise<void> {
    const silence = new AbortController();
    const headers = { accept: 'text/event-stream', ...(this.lastId !== '' && { 'last-event-id': this.lastId }) };
    const signal = AbortSignal.any([ended, silence.signal]);
    let timer = setTimeout(() => silence.abort(), this.options.silentMs);
    try {
      const response = await this.options.fetch('/api/v1/news', { headers, signal });
      if (!response.ok || response.body === null) {
        return;
      }
      const reader = response.body.getReader();
      const decoder = new TextDecoder();
      const events = new EventStreamReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done || ended.aborted) {
          return;
        }
        clearTimeout(timer);
        timer = setTimeout(() => silence.abort(), this.options.silentMs);
        for (const event of events.push(decoder.decode(value, { stream: true }))) {
          this.take(event, onReady);
        }
      }
    } finally {
      clearTimeout(timer);
    }
  }

  private take({ name, id, data }: StreamEvent, onReady: () => void): void {
    this.lastId = id;
    if (name === 'ready') {
      onReady();
      this.setLive(true);
    } else if (name === 'resync') {
      this.listeners.forEach((listener) => listener(null));
    } else if (TOPICS.includes(name)) {
      const news = JSON.parse(data) as News;
      this.listeners.forEach((listener) => listener(news));
    }
  }

  private setLive(live: boolean): void {
    if (live !== this.live) {
      this.live = live;
      this.watchers.forEach((watcher) => watcher());
    }
  }
}

function delay(ms: number, ended: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    ended.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
