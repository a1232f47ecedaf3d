import type { OmsDatabase } from '../database/index.ts';

/** One holding of the lease, from taking it to losing it or giving it back. */
export interface Tenure {
  /** Grows with every taking, by whomever; 0 where nobody else can have it. */
  readonly term: number;
  /** Aborted when the tenure ends, with a LeaseLostError where it was lost. */
  readonly signal: AbortSignal;
  /**
   * Whether one may act now. Looks at the clock, so that it is true also in a process that was stopped and whose timers have not
   * told it yet.
   */
  isHeld(): boolean;
  /**
   * To be awaited right before an act that cannot be taken back: asks the store, so that also a machine whose clocks stood still does
   * not act under a lease that another has.
   *
   * @throws LeaseLostError; what the store says when it does not answer
   */
  confirm(): Promise<void>;
  /**
   * To be awaited in each transaction that writes what is done under the lease: it is then committed before anyone else takes the
   * lease, or not at all.
   *
   * @throws LeaseLostError
   */
  fence(trx: OmsDatabase): Promise<void>;
}

/** Ends what a duty began. While the lease is held, until it resolves nobody else gets the lease from us; afterwards it must do nothing. */
export type EndDuty = () => Promise<void> | void;

/** What only the holder does. Begun with each tenure, ended with it; when it throws it is begun again a moment later. */
export type Duty = (tenure: Tenure) => Promise<EndDuty> | EndDuty;

/** Who reaches the holder how, as far as this replica knows. */
export interface Holder {
  isUs: boolean;
  /** As a URL. */
  address: string;
}

/** The right to perform operations and to judge periodically, which one replica at a time has. */
export interface Lease {
  isHeld(): boolean;
  /** Who has it, as it was seen last; null where nobody has it or the store does not say. */
  holder(): Holder | null;
  /**
   * Has a duty done whenever the lease is held.
   *
   * @returns ends the duty for good
   * @throws what the duty throws, where the lease is always held
   */
  whileHeld(duty: Duty): Promise<() => Promise<void>>;
  /** Begins to want the lease. @param address where other replicas reach this one, as a URL */
  start(address: string): void;
  /** Ends the duties that are left and gives the lease back. */
  close(): Promise<void>;
}
