import type { NewsEnd } from '@faultline/contracts';
import type { ServerResponse } from 'node:http';
import type { NewsBus, ToldNews } from './bus.ts';

/** What waits for a client that does not read; one that lets more pile up is dropped. */
const MAX_WAITING_BYTES = 256 * 1024;
/** News that a client is given after it was away; of more it is told to ask anew. */
const MAX_MISSED = 500;
/** Proxies end what is silent for longer, and a client sees that a connection is dead. */
const HEARTBEAT_MS = 15_000;
/** How long a client that is told the end may take to read it. */
const END_TIMEOUT_MS = 5000;
/** After how long a browser asks again when the stream has ended. */
const RETRY_MS = 2000;

interface StreamOptions {
  /** Only what concerns this VM, or several; absent: everything. */
  vm?: string | undefined;
  /** The id of the last event that the client had; absent: it has nothing yet. */
  lastEventId?: string | undefined;
  /** Asked from time to time whether the client may go on listening. */
  mayStay: () => Promise<boolean>;
}

/** Everything that is sent to the clients of one server. */
export class NewsStreams {
  readonly #bus: NewsBus;
  readonly #streams = new Set<NewsStream>();
  readonly #maxWaitingBytes: number;
  #heartbeat: NodeJS.Timeout | undefined;
  #isReviewing = false;

  constructor(bus: NewsBus, { maxWaitingBytes = MAX_WAITING_BYTES }: { maxWaitingBytes?: number } = {}) {
    this.#bus = bus;
    this.#maxWaitingBytes = maxWaitingBytes;
  }

  get size(): number {
    return this.#streams.size;
  }

  /** Begins a stream on a response of which nothing was sent yet. */
  open(response: ServerResponse, { vm, lastEventId, mayStay }: StreamOptions): void {
    const stream = new NewsStream(response, { vm, mayStay, maxWaitingBytes: this.#maxWaitingBytes });
    // From here to the listening nothing waits, so that no news can be told in between.
    stream.begin(this.#bus.latestId(), lastEventId === undefined ? [] : this.#bus.after(lastEventId));
    const stop = this.#bus.listen(
      (news) => {
        stream.take(news);
      },
      () => {
        stream.resync(this.#bus.latestId());
      },
    );
    this.#streams.add(stream);
    this.#heartbeat ??= setInterval(() => {
      for (const each of this.#streams) each.beat();
      void this.#review();
    }, HEARTBEAT_MS);
    stream.onGone(() => {
      stop();
      this.#streams.delete(stream);
      if (this.#streams.size > 0) return;
      clearInterval(this.#heartbeat);
      this.#heartbeat = undefined;
    });
  }

  /** One after the other: a thousand at once would keep the store from everyone else. */
  async #review(): Promise<void> {
    if (this.#isReviewing) return;
    this.#isReviewing = true;
    for (const stream of [...this.#streams]) if (!(await stream.mayStay())) stream.end('unauthorized');
    this.#isReviewing = false;
  }

  /** Ends every stream, telling why. */
  close(): void {
    for (const stream of this.#streams) stream.end('closing');
  }
}

class NewsStream {
  readonly mayStay: () => Promise<boolean>;
  readonly #response: ServerResponse;
  readonly #vm: string | undefined;
  readonly #maxWaitingBytes: number;
  #isEnding = false;
  #unwritten = '';

  constructor(
    response: ServerResponse,
    { vm, mayStay, maxWaitingBytes }: Pick<StreamOptions, 'vm' | 'mayStay'> & { maxWaitingBytes: number },
  ) {
    this.mayStay = mayStay;
    this.#response = response;
    this.#vm = vm;
    this.#maxWaitingBytes = maxWaitingBytes;
  }

  begin(latestId: string, missed: readonly ToldNews[] | null): void {
    this.#response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // Nginx holds an answer back until it is whole.
      'x-accel-buffering': 'no',
    });
    this.#write(`retry: ${RETRY_MS}\n\n`);
    const concerning = missed?.filter((news) => this.#concerns(news)) ?? null;
    const isKnown = concerning !== null && concerning.length <= MAX_MISSED;
    if (!isKnown) this.resync(latestId);
    else for (const news of concerning) this.take(news);
    this.#write(eventText('ready', latestId, {}));
  }

  take(news: ToldNews): void {
    if (this.#isEnding || !this.#concerns(news)) return;
    this.#write(textOf(news));
  }

  resync(latestId: string): void {
    if (!this.#isEnding) this.#write(eventText('resync', latestId, {}));
  }

  beat(): void {
    if (!this.#isEnding) this.#write(':\n\n');
  }

  end(reason: NewsEnd['reason']): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    const end: NewsEnd = { reason };
    this.#response.end(`${this.#unwritten}event: end\ndata: ${JSON.stringify(end)}\n\n`);
    this.#unwritten = '';
    const timeout = setTimeout(() => this.#response.destroy(), END_TIMEOUT_MS);
    this.onGone(() => {
      clearTimeout(timeout);
    });
  }

  onGone(listener: () => void): void {
    this.#response.once('close', listener);
  }

  #concerns({ vm }: ToldNews): boolean {
    return this.#vm === undefined || vm === null || vm === this.#vm;
  }

  /** What is told in one turn, as of a batch of reports, is one write: a write costs far more than what is written. */
  #write(text: string): void {
    if (this.#unwritten === '') {
      setImmediate(() => {
        this.#flush();
      });
    }
    this.#unwritten += text;
  }

  /** What is new must not count against a client that took all that came before it. */
  #flush(): void {
    if (this.#isEnding) return;
    if (this.#response.writableLength > this.#maxWaitingBytes) {
      this.#unwritten = '';
      this.end('too-slow');
      return;
    }
    this.#response.write(this.#unwritten);
    this.#unwritten = '';
  }
}

/** The same for every client, and made once for all of them. */
const texts = new WeakMap<ToldNews, string>();

function textOf(news: ToldNews): string {
  const { eventId, ...data } = news;
  const text = texts.get(news) ?? eventText(news.topic, eventId, data);
  texts.set(news, text);
  return text;
}

/** One event as the HTML standard's event streams have it; JSON has no line breaks of its own. */
function eventText(name: string, id: string, data: object): string {
  return `event: ${name}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
}
