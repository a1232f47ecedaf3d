import type { CallOptions } from '../call-options.ts';
import type { Procedure } from '../protocol/index.ts';
import type { CallLimits } from '../session/pending-calls.ts';
import type { Session } from '../session/session.ts';

/** For calls that take as long as the guest's memory or a disk is large, ms. */
export const longJobTimeoutMs = 3_600_000;

/** What every family of calls stands on: one session, and the deadline of calls that bring none. */
export abstract class Calls {
  readonly #session: Session;
  readonly #callTimeoutMs: number;

  constructor(session: Session, callTimeoutMs: number) {
    this.#session = session;
    this.#callTimeoutMs = callTimeoutMs;
  }

  /** `atLeastMs`: what the daemon itself may take; it raises the connection's deadline, but not the caller's own. */
  protected call<Args, Ret>(
    procedure: Procedure<Args, Ret>,
    args: Args,
    options?: CallOptions,
    atLeastMs = 0,
  ): Promise<Ret> {
    return this.#session.call(procedure, args, this.limits(options, atLeastMs));
  }

  protected limits({ signal, timeoutMs }: CallOptions = {}, atLeastMs = 0): CallLimits {
    return { signal, timeoutMs: timeoutMs ?? Math.max(this.#callTimeoutMs, atLeastMs) };
  }
}
