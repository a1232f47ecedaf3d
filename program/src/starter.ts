/** What a program of ours tells the one that started it over an IPC channel, once it listens. */
export const LISTENING = 'listening';

/** Tells the program that started this one, where one did over an IPC channel, that this one listens now. */
export function tellListening(self: Pick<NodeJS.Process, 'send'> = process): void {
  self.send?.(LISTENING);
}
