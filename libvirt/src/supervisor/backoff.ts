export interface BackoffOptions {
  /** The first wait, ms. */
  firstMs: number;
  /** No wait is longer, ms. */
  maxMs: number;
  /** From 0 to 1; spreads the attempts of many clients. Default Math.random. */
  random?: (() => number) | undefined;
}

/** Waiting times that double up to a limit, each between half of itself and the whole. */
export class Backoff {
  readonly #firstMs: number;
  readonly #maxMs: number;
  readonly #random: () => number;
  #attempts = 0;

  constructor({ firstMs, maxMs, random = Math.random }: BackoffOptions) {
    this.#firstMs = firstMs;
    this.#maxMs = maxMs;
    this.#random = random;
  }

  /** Waits asked for since the beginning or the last success. */
  get attempts(): number {
    return this.#attempts;
  }

  /** How long to wait before the next attempt, ms. */
  next(): number {
    const wholeMs = Math.min(this.#maxMs, this.#firstMs * 2 ** Math.min(this.#attempts, 30));
    this.#attempts += 1;
    return wholeMs / 2 + (wholeMs / 2) * this.#random();
  }

  /** After a success. */
  reset(): void {
    this.#attempts = 0;
  }
}
