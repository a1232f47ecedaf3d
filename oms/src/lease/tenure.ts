import { settledWithin } from '@faultline/program';
import type { OmsDatabase } from '../database/index.ts';
import { LeaseLostError } from './errors.ts';
import type { Tenure } from './lease.ts';
import { isCurrentTerm, readLease } from './store.ts';

export interface TimedTenureOptions {
  name: string;
  term: number;
  db: OmsDatabase;
  /** A monotonic clock, ms. */
  now: () => number;
  /** When it ends unless it is extended, on that clock. */
  until: number;
}

/** A tenure that ends by itself, by the clock of this machine and before the others may take the lease. */
export class TimedTenure implements Tenure {
  readonly term: number;
  readonly #options: TimedTenureOptions;
  readonly #ended = new AbortController();
  #until: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: TimedTenureOptions) {
    this.#options = options;
    this.term = options.term;
    this.#until = options.until;
    this.#watch();
  }

  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  leftMs(): number {
    return this.#ended.signal.aborted ? 0 : Math.max(0, this.#until - this.#options.now());
  }

  isHeld(): boolean {
    return this.leftMs() > 0;
  }

  /** It was renewed. What has ended stays ended: whoever looked in between has gone by that. */
  extend(until: number): void {
    if (!this.isHeld()) return;
    this.#until = until;
    this.#watch();
  }

  /** Ends it at once. @param reason a {@link LeaseLostError} unless it is given back */
  end(reason: Error = this.#lost()): void {
    clearTimeout(this.#timer);
    this.#ended.abort(reason);
  }

  async confirm(): Promise<void> {
    const { db, name, term } = this.#options;
    if (!this.isHeld()) throw this.#lost();
    const row = await settledWithin(this.leftMs(), readLease(db, name), () => this.#lost());
    if (row?.term !== term) this.end();
    if (!this.isHeld()) throw this.#lost();
  }

  async fence(trx: OmsDatabase): Promise<void> {
    const { name, term } = this.#options;
    if (!this.isHeld()) throw this.#lost();
    if (!(await isCurrentTerm(trx, { name, term }))) {
      this.end();
      throw this.#lost();
    }
  }

  #watch(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.isHeld()) this.#watch();
      else this.end();
    }, this.leftMs());
  }

  #lost(): LeaseLostError {
    return new LeaseLostError(this.#options.name, this.term);
  }
}
