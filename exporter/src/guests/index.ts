import type { Source } from '../sources/source.ts';
import { GuestProber, type GuestProberOptions } from './prober.ts';

/** The guests' agents. The prober has a schedule of its own; a cycle takes what it found last, with its time. */
export function guestsSource(options: GuestProberOptions): Source {
  const prober = new GuestProber(options);
  return {
    name: 'guests',
    every: 'cycle',
    timeoutMs: 1000,
    read: () => {
      prober.start();
      return Promise.resolve().then(() => prober.reports());
    },
    close: () => prober.stop(),
  };
}

export { readNetworksFile } from './configured-networks.ts';
export type { GuestReport } from './report.ts';
