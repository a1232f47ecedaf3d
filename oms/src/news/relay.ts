import { News } from '@faultline/contracts';
import type { Logger } from 'pino';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { Channel, MAX_MESSAGE_BYTES } from '../database/index.ts';
import type { NewsBus } from './bus.ts';

/** What replicas tell each other. `news` null: something that was not told may have happened. */
const Message = Compile(Type.Object({ from: Type.String(), news: Type.Union([Type.Array(News), Type.Null()]) }));

/** News that wait to be told to the others; of more they are told that they missed some. */
const MAX_WAITING = 2000;
const SEND_AGAIN_MS = 1000;

export interface NewsRelayOptions {
  /** Of this process; the clients of this replica listen here. */
  bus: NewsBus;
  /** Tells this replica from the others. */
  id: string;
  /** Of the PostgreSQL server's database that the replicas share. */
  url: string;
  log: Logger;
}

/**
 * The news of all replicas on one database, to the clients of each. What cannot be told, or may not have been heard, is told as a gap, and
 * clients ask anew: they never miss what they were not told that they miss.
 */
export class NewsRelay {
  readonly #options: NewsRelayOptions;
  readonly #channel: Channel;
  readonly #waiting: News[] = [];
  #hasGap = false;
  #isOpen = false;
  #isSending = false;
  #again: NodeJS.Timeout | undefined;

  constructor(options: NewsRelayOptions) {
    this.#options = options;
    this.#channel = new Channel({
      url: options.url,
      name: 'faultline_news',
      log: options.log,
      onMessage: (text) => {
        this.#hear(text);
      },
      onOpen: (isAgain) => {
        this.#isOpen = true;
        if (isAgain) {
          this.#hasGap = true;
          options.bus.tellGap();
        }
        this.#send();
      },
    });
  }

  /** The bus as the routes and stores of this replica see it: what they tell goes to the others too. */
  get news(): NewsBus {
    const { bus } = this.#options;
    return {
      ...bus,
      tell: (news) => {
        bus.tell(news);
        this.#waiting.push(news);
        if (this.#waiting.length > MAX_WAITING) this.#giveUp();
        this.#send();
      },
    };
  }

  start(): void {
    this.#channel.start();
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    clearTimeout(this.#again);
    await this.#channel.close();
  }

  #hear(text: string): void {
    const { bus, log } = this.#options;
    const message = parsed(text);
    if (this.#isOwn(message)) return;
    if (!Message.Check(message)) {
      log.warn({ text: text.slice(0, 200) }, 'a replica told news in a form that this version does not know');
      bus.tellGap();
    } else if (message.news === null) bus.tellGap();
    else for (const news of message.news) bus.tell(news);
  }

  /** Whoever listens on a channel hears itself too. */
  #isOwn(message: unknown): boolean {
    const { id } = this.#options;
    return typeof message === 'object' && message !== null && 'from' in message && message.from === id;
  }

  /** Has what waits sent; what comes meanwhile goes together in the next message. */
  #send(): void {
    if (this.#isSending || !this.#isOpen || (this.#waiting.length === 0 && !this.#hasGap)) return;
    this.#isSending = true;
    const isGap = this.#hasGap;
    this.#hasGap = false;
    this.#channel.send(isGap ? this.#text(null) : this.#nextText()).then(
      () => {
        this.#isSending = false;
        this.#send();
      },
      (error: unknown) => {
        this.#options.log.debug({ err: error }, 'news could not be told to the other replicas');
        this.#giveUp();
        this.#again = setTimeout(() => {
          this.#isSending = false;
          this.#send();
        }, SEND_AGAIN_MS);
      },
    );
  }

  #giveUp(): void {
    this.#waiting.length = 0;
    this.#hasGap = true;
  }

  #nextText(): string {
    let count = 0;
    let bytes = Buffer.byteLength(this.#text([]));
    for (const news of this.#waiting) {
      bytes += Buffer.byteLength(JSON.stringify(news)) + 1;
      if (bytes > MAX_MESSAGE_BYTES) break;
      count += 1;
    }
    const fitting = this.#waiting.splice(0, Math.max(1, count));
    // What does not fit even alone is told as a gap.
    return this.#text(count === 0 ? null : fitting);
  }

  #text(news: News[] | null): string {
    return JSON.stringify({ from: this.#options.id, news });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // It is not in the form either way.
    return undefined;
  }
}
