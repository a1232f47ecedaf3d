import { statSync } from 'node:fs';
import type { Logger } from 'pino';
import { messageOf } from '../../cycle/link.ts';
import type { WebConfig } from './web-config.ts';

/** After a failed attempt, the next one: a file that was missing may be there, and no stamp of ours tells. */
const RETRY_MS = 1000;

export interface CurrentOptions {
  /** @throws when the files cannot be used */
  read: () => WebConfig;
  log: Logger;
  onReload: (isGood: boolean) => void;
  now?: () => number;
}

/** When a file was written last, and which one it is; null while it is missing. */
function stampOf(file: string): string | null {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat === undefined ? null : `${stat.dev}:${stat.ino}:${stat.mtimeMs}:${stat.ctimeMs}:${stat.size}`;
}

/**
 * The web configuration as its files have it now. They are looked at whenever it is asked for, which is at each connection
 * and each request; files that cannot be used leave the last good configuration in force.
 */
export class CurrentWebConfig {
  readonly #options: CurrentOptions;
  #config: WebConfig;
  #stamps: string;
  #failedAt: number | null = null;
  #failure = '';

  /** @throws what `read` throws */
  constructor(options: CurrentOptions) {
    this.#options = options;
    this.#config = options.read();
    this.#stamps = this.#stampsNow();
    options.onReload(true);
  }

  get(): WebConfig {
    if (this.#config.files.length === 0) return this.#config;
    const { now = Date.now } = this.#options;
    const stamps = this.#stampsNow();
    const isRetry = this.#failedAt !== null && now() - this.#failedAt >= RETRY_MS;
    if (stamps === this.#stamps && !isRetry) return this.#config;
    this.#stamps = stamps;
    this.#reload(now());
    return this.#config;
  }

  #reload(at: number): void {
    const { read, log, onReload } = this.#options;
    try {
      this.#config = read();
      this.#stamps = this.#stampsNow();
      this.#failedAt = null;
      this.#failure = '';
      log.info({ files: this.#config.files }, 'the web configuration was read again');
      onReload(true);
    } catch (error) {
      this.#failedAt = at;
      const failure = messageOf(error);
      if (failure !== this.#failure) log.error({ error: failure }, 'the web configuration stays as it was');
      this.#failure = failure;
      onReload(false);
    }
  }

  #stampsNow(): string {
    return this.#config.files.map(stampOf).join('\n');
  }
}
