import type { DomainEvent } from './event.ts';

/** Stands where events were left out because the reader was too slow: what it has read since may be out of date. */
export interface EventsLost {
  kind: 'events-lost';
  /** How many. */
  count: number;
}

/**
 * Events in their order, `limit` of them and no more. What comes on top is left out and counted, and the count takes its
 * place in the order.
 */
export class EventQueue {
  readonly #limit: number;
  readonly #items: (DomainEvent | EventsLost)[] = [];

  /** `limit`: 1 or more. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  push(event: DomainEvent): void {
    if (this.#items.length < this.#limit) {
      this.#items.push(event);
      return;
    }
    // Over the limit by this one marker at most.
    const last = this.#items.at(-1);
    if (last?.kind === 'events-lost') last.count++;
    else this.#items.push({ kind: 'events-lost', count: 1 });
  }

  shift(): DomainEvent | EventsLost | undefined {
    return this.#items.shift();
  }

  clear(): void {
    this.#items.length = 0;
  }
}
