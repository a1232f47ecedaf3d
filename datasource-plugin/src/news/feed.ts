import {
  concat,
  defer,
  mergeMap,
  Observable,
  retry,
  throwError,
  timeout,
  timer,
  type Subscriber,
  type Subscription,
} from 'rxjs';
import type { Followed } from '../queries/definition.ts';
import { EventReader } from './events.ts';
import { NewsRefused } from './refused.ts';
import { concerns, signOf, type Sign } from './sign.ts';

/** Opens the stream of news, of one VM or of all, as pieces of bytes. It ends when the connection does. */
export type OpenStream = (vm: string | undefined) => Observable<Uint8Array>;

interface FeedOptions {
  /** After so long without even a heartbeat, which the OMS sends every 15 s, the connection counts as lost, ms. */
  silenceMs: number;
  /** How long the first wait before another attempt is, ms; each is twice the one before. */
  firstWaitMs: number;
  /** So many attempts that reach nothing are the last: the dashboard's refresh does without. */
  maxAttempts: number;
  /** How long a connection stays that nobody listens to, ms: a dashboard that refreshes asks anew at once. */
  lingerMs: number;
}

interface Listener {
  followed: Followed;
  subscriber: Subscriber<void>;
}

/**
 * What is new at the OMS, on one connection for all live queries of a data source: a browser has six connections to Grafana for
 * everything. As long as all of them are of one VM, the OMS is asked for news of that one alone.
 */
export class NewsFeed {
  readonly #open: OpenStream;
  readonly #options: FeedOptions;
  readonly #listeners = new Set<Listener>();
  /** What is open, if anything, and of which VM; undefined: of all. */
  #connection: { vm: string | undefined; subscription: Subscription } | null = null;
  #lingering: ReturnType<typeof setTimeout> | undefined;

  constructor(open: OpenStream, options: Partial<FeedOptions> = {}) {
    this.#open = open;
    this.#options = { silenceMs: 45_000, firstWaitMs: 2_000, maxAttempts: 5, lingerMs: 5_000, ...options };
  }

  /**
   * Emits whenever it is worth asking again. Errors when news cannot be had: the OMS refuses them, or nothing answers for a while.
   */
  follow(followed: Followed): Observable<void> {
    return new Observable((subscriber) => {
      const listener = { followed, subscriber };
      this.#listeners.add(listener);
      clearTimeout(this.#lingering);
      this.#connect();
      return () => {
        this.#listeners.delete(listener);
        if (this.#listeners.size === 0) {
          this.#lingering = setTimeout(() => this.#disconnect(), this.#options.lingerMs);
        }
      };
    });
  }

  #connect(): void {
    const vms = new Set([...this.#listeners].map(({ followed }) => followed.vm));
    const vm = vms.size === 1 ? [...vms][0] : undefined;
    const open = this.#connection;
    if (open !== null && (open.vm === undefined || open.vm === vm)) {
      return;
    }
    this.#disconnect();
    // What is open must be known before it can fail.
    const connection = { vm, subscription: undefined as unknown as Subscription };
    this.#connection = connection;
    connection.subscription = this.#signs(vm).subscribe({
      next: (sign) => this.#tell(sign),
      error: (reason: unknown) => this.#fail(reason),
    });
  }

  #disconnect(): void {
    this.#connection?.subscription?.unsubscribe();
    this.#connection = null;
  }

  #tell(sign: Sign): void {
    for (const { followed, subscriber } of this.#listeners) {
      if (concerns(sign, followed)) {
        subscriber.next();
      }
    }
  }

  #fail(reason: unknown): void {
    this.#connection = null;
    for (const { subscriber } of [...this.#listeners]) {
      subscriber.error(reason);
    }
  }

  /** The signs of one stream after the other, until several in a row reach nothing. */
  #signs(vm: string | undefined): Observable<Sign> {
    const { silenceMs, firstWaitMs, maxAttempts } = this.#options;
    const stream = defer(() => {
      const reader = new EventReader();
      const decoder = new TextDecoder();
      return this.#open(vm).pipe(
        timeout({ each: silenceMs }),
        mergeMap((bytes) => reader.read(decoder.decode(bytes, { stream: true }))),
        mergeMap((event) => {
          const sign = signOf(event);
          if (sign?.kind === 'refused') {
            throw new NewsRefused('the OMS gives none to this token');
          }
          return sign === undefined ? [] : [sign];
        }),
      );
    });
    return concat(
      stream,
      throwError(() => new Error('The stream of news ended.')),
    ).pipe(
      retry({
        count: maxAttempts - 1,
        resetOnSuccess: true,
        delay: (reason, attempt) =>
          reason instanceof NewsRefused ? throwError(() => reason) : timer(firstWaitMs * 2 ** (attempt - 1)),
      }),
    );
  }
}
