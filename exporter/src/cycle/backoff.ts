export interface BackoffOptions {
  firstMs: number;
  maxMs: number;
  /** From 0 to 1; spreads the attempts of many exporters. */
  random?: () => number;
}

/** Waiting times that double up to a limit, each between half of itself and the whole. */
export class Backoff {
  readonly #options: Required<BackoffOptions>;
  #attempts = 0;

  constructor(options: BackoffOptions) {
    this.#options = { random: Math.random, ...options };
  }

  /** How long to wait before the next attempt, ms. */
  next(): number {
    const { firstMs, maxMs, random } = this.#options;
    const wholeMs = Math.min(maxMs, firstMs * 2 ** Math.min(this.#attempts, 30));
    this.#attempts += 1;
    return wholeMs / 2 + (wholeMs / 2) * random();
  }

  /** After a success. */
  reset(): void {
    this.#attempts = 0;
  }
}
