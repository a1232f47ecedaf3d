/** What this module needs of `process`. Without an IPC channel to a parent there is no `connected` at all. */
export interface Ending {
  once(event: 'SIGTERM' | 'SIGINT' | 'disconnect', listener: () => void): unknown;
  connected?: boolean;
}

const ORPHANED = 'the program that started it is gone';

/**
 * Resolves, with why, when the program shall end: a signal, or the end of the program that started it over an IPC channel,
 * as `npm start` does. To be called before anything is started, so that nothing is missed meanwhile; a second signal of
 * the same kind ends the process at once.
 */
export function untilAskedToEnd(self: Ending = process): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      self.once(signal, () => {
        resolve(signal);
      });
    }
    self.once('disconnect', () => {
      resolve(ORPHANED);
    });
    // It may have gone while we were being loaded.
    if (self.connected === false) resolve(ORPHANED);
  });
}
