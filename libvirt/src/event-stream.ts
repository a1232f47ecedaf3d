import type { CallOptions } from './call-options.ts';
import type { DomainEvent } from './event.ts';
import { ConnectionClosedError, type LibvirtError } from './errors.ts';
import { EventQueue, type EventsLost } from './event-queue.ts';
import type { Subscription } from './subscriptions.ts';

export interface EventStreamOptions extends CallOptions {
  /** Events that wait for a slow reader at most; what comes on top is counted by an `events-lost`. Default 1 000. */
  maxQueued?: number;
}

const defaultMaxQueued = 1_000;

type Item = DomainEvent | EventsLost;

interface Waiter {
  resolve: (result: IteratorResult<Item, undefined>) => void;
  reject: (error: LibvirtError) => void;
}

/**
 * Events for `for await`, at the reader's pace. The connection is read on meanwhile, so that replies and keepalive do not
 * wait for a slow reader. Leaving the loop unsubscribes. After `close()` the loop ends; when the connection was lost, it
 * throws why, in both cases after what had arrived.
 */
export class EventStream implements AsyncIterableIterator<Item> {
  readonly #queue: EventQueue;
  readonly #waiters: Waiter[] = [];
  #subscription: Subscription | undefined;
  /** Why nothing more comes; null: it was left. */
  #end: LibvirtError | null | undefined;

  private constructor({ maxQueued = defaultMaxQueued }: EventStreamOptions) {
    if (!Number.isInteger(maxQueued) || maxQueued < 1) throw new RangeError(`maxQueued ${maxQueued} is not 1 or more`);
    this.#queue = new EventQueue(maxQueued);
  }

  /** Used by `connection.events`: `subscribe` registers the listener, `closed` says why the connection ended. */
  static async open(
    options: EventStreamOptions,
    subscribe: (onEvent: (event: DomainEvent) => void) => Promise<Subscription>,
    closed: Promise<LibvirtError>,
  ): Promise<EventStream> {
    const stream = new EventStream(options);
    stream.#subscription = await subscribe((event) => {
      stream.#arrive(event);
    });
    void closed.then((why) => {
      stream.#finish(why);
    });
    return stream;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Item, undefined>> {
    const item = this.#queue.shift();
    if (item) return Promise.resolve({ done: false, value: item });
    if (this.#end === undefined) {
      return new Promise((resolve, reject) => {
        this.#waiters.push({ resolve, reject });
      });
    }
    const why = this.#end;
    // Told once; a loop that goes on after it finds the end.
    this.#end = null;
    if (why === null || why instanceof ConnectionClosedError) return Promise.resolve({ done: true, value: undefined });
    return Promise.reject(why);
  }

  /** Unsubscribes; what has not been read is dropped. */
  async return(): Promise<IteratorResult<Item, undefined>> {
    this.#queue.clear();
    this.#finish(null);
    await this.#subscription?.unsubscribe();
    return { done: true, value: undefined };
  }

  #arrive(event: DomainEvent): void {
    if (this.#end !== undefined) return;
    const waiter = this.#waiters.shift();
    if (waiter) waiter.resolve({ done: false, value: event });
    else this.#queue.push(event);
  }

  #finish(why: LibvirtError | null): void {
    if (this.#end !== undefined) return;
    this.#end = why;
    for (const { resolve, reject } of this.#waiters.splice(0)) this.next().then(resolve, reject);
  }
}
