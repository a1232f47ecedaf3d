import type { Readings } from '../snapshot.ts';

/**
 * Something that is read beside libvirt's two lanes: the host's hardware, its services, the guests' agents. A source does the
 * reading, with what it needs passed to the function that makes it; collectors take their series from what it delivered.
 */
export interface Source<Name extends keyof Readings = keyof Readings> {
  name: Name;
  /**
   * `cycle`: read once in every cycle, at the same time as the states. A number of milliseconds: on a schedule of its own, for
   * what is slow or disturbs what it measures; the page says how old it is.
   */
  every: 'cycle' | number;
  /** After so long a reading is given up, ms. It is not begun again before it has really ended. */
  timeoutMs: number;
  /** One reading. Throws when there is none; what is merely absent on this host is an empty value. */
  read(signal: AbortSignal): Promise<Readings[Name]>;
  /** Gives up what the source holds open. */
  close?(): Promise<void>;
}
