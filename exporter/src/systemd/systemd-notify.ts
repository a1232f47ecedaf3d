import { execFile } from 'node:child_process';
import type { Logger } from 'pino';
import { messageOf } from '../cycle/link.ts';
import type { SystemdTarget } from './config.ts';
import type { Notification } from './notifier.ts';

const PROGRAM = 'systemd-notify';
const TIMEOUT_MS = 5000;

/**
 * Sends notifications through systemd's own program, because Node opens no datagram socket of the Unix kind (decision
 * 0011). One at a time; what comes meanwhile is sent together, the newest word on each name.
 */
export class SystemdNotify {
  readonly #socket: string;
  readonly #log: Logger;
  #waiting: Notification | null = null;
  #sending: Promise<void> | null = null;
  #hasFailed = false;

  constructor({ socket }: Pick<SystemdTarget, 'socket'>, log: Logger) {
    this.#socket = socket;
    this.#log = log;
  }

  send(notification: Notification): void {
    this.#waiting = { ...this.#waiting, ...notification };
    this.#sending ??= this.#sendAll().finally(() => (this.#sending = null));
  }

  /** Resolves when everything is sent, or could not be. */
  async sent(): Promise<void> {
    await this.#sending;
  }

  async #sendAll(): Promise<void> {
    for (let next = this.#waiting; next !== null; next = this.#waiting) {
      this.#waiting = null;
      await this.#sendOne(next);
    }
  }

  #sendOne(notification: Notification): Promise<void> {
    const assignments = Object.entries(notification).map(([name, text]) => `${name}=${text}`);
    // Nothing of our own settings goes along; PATH is where the program is found.
    const env = { PATH: '/usr/bin:/bin', NOTIFY_SOCKET: this.#socket };
    return new Promise((resolve) => {
      execFile(PROGRAM, assignments, { env, timeout: TIMEOUT_MS, killSignal: 'SIGKILL' }, (error) => {
        if (error !== null) this.#failed(error);
        else this.#hasFailed = false;
        resolve();
      });
    });
  }

  /** Once for each time that it begins to fail. */
  #failed(error: unknown): void {
    if (!this.#hasFailed) this.#log.warn({ error: messageOf(error) }, 'systemd cannot be notified');
    this.#hasFailed = true;
  }
}
