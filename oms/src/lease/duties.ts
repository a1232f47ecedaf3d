import { waitMs } from '@faultline/program';
import type { Logger } from 'pino';
import type { Duty, EndDuty, Tenure } from './lease.ts';

const BEGIN_AGAIN_MS = 1000;

/** The duties of a lease: begun with a tenure, ended with it, and each ended before it is begun again. */
export class Duties {
  readonly #log: Logger;
  readonly #all = new Set<Duty>();
  readonly #serving = new Map<Duty, { leave: AbortController; done: Promise<void> }>();
  #tenure: Tenure | undefined;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Begins them all, and has those begun that are added before the tenure ends. */
  begin(tenure: Tenure): void {
    this.#tenure = tenure;
    for (const duty of this.#all) this.#serve(duty, tenure);
  }

  /** Resolves when everything that was begun has ended. */
  async end(): Promise<void> {
    this.#tenure = undefined;
    await Promise.all([...this.#serving.keys()].map((duty) => this.#leave(duty)));
  }

  add(duty: Duty): () => Promise<void> {
    this.#all.add(duty);
    if (this.#tenure !== undefined) this.#serve(duty, this.#tenure);
    return async () => {
      this.#all.delete(duty);
      await this.#leave(duty);
    };
  }

  #serve(duty: Duty, tenure: Tenure): void {
    const leave = new AbortController();
    const onEnd = (): void => {
      leave.abort();
    };
    tenure.signal.addEventListener('abort', onEnd, { once: true });
    const done = this.#serveUntil(leave.signal, duty, tenure).finally(() => {
      tenure.signal.removeEventListener('abort', onEnd);
      this.#serving.delete(duty);
    });
    this.#serving.set(duty, { leave, done });
    if (tenure.signal.aborted) leave.abort();
  }

  async #leave(duty: Duty): Promise<void> {
    const serving = this.#serving.get(duty);
    serving?.leave.abort();
    await serving?.done;
  }

  async #serveUntil(left: AbortSignal, duty: Duty, tenure: Tenure): Promise<void> {
    const end = await this.#begun(left, duty, tenure);
    if (!left.aborted) {
      await new Promise<void>((resolve) => {
        left.addEventListener('abort', () => {
          resolve();
        });
      });
    }
    try {
      await end?.();
    } catch (error) {
      this.#log.error({ err: error }, 'what only the holder of the lease does did not end cleanly');
    }
  }

  async #begun(left: AbortSignal, duty: Duty, tenure: Tenure): Promise<EndDuty | undefined> {
    while (!left.aborted) {
      try {
        return await duty(tenure);
      } catch (error) {
        this.#log.error(
          { err: error, againInMs: BEGIN_AGAIN_MS },
          'what only the holder of the lease does cannot begin',
        );
        await waitMs(BEGIN_AGAIN_MS, left);
      }
    }
    return undefined;
  }
}
