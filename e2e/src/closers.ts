/** What a test opened, to be closed in the reverse order; one that fails to close does not keep the others open. */
export class Closers {
  readonly #closers: (() => unknown)[] = [];

  /** Remembers how to close what was just opened. */
  add(close: () => unknown): void {
    this.#closers.push(close);
  }

  /** @throws AggregateError with what could not be closed */
  async close(): Promise<void> {
    const errors: unknown[] = [];
    for (let close = this.#closers.pop(); close !== undefined; close = this.#closers.pop()) {
      try {
        await close();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, 'not everything could be closed');
  }
}
