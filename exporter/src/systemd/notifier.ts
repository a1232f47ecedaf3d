import type { HostSnapshot } from '../snapshot.ts';
import type { SystemdTarget } from './config.ts';

/** systemd must bear more silence than a cycle and the next one take that both ran into every deadline. */
const CYCLES_OF_SILENCE = 3;
const MORE_SILENCE_MS = 30_000;
/** A new status is news, but not more often than this. */
const STATUS_INTERVAL_MS = 5000;

/** Assignments of sd_notify(3), by name. */
export type Notification = Readonly<Record<string, string>>;

export interface NotifierOptions {
  target: Pick<SystemdTarget, 'watchdogMs'>;
  cycleIntervalMs: number;
  /** Hands it over to systemd, in the order of the calls. Never throws. */
  send: (notification: Notification) => void;
  /** Milliseconds of a clock that only goes forward. */
  now: () => number;
}

/**
 * Tells systemd how the exporter fares. The sign of life is a cycle that ended, good or failed, and nothing else: a process
 * that answers requests and collects no more is one that systemd shall start anew.
 */
export class SystemdNotifier {
  readonly #options: NotifierOptions;
  #watchdogMs: number | null;
  #sentAt = -Infinity;
  #status = '';

  constructor(options: NotifierOptions) {
    this.#options = options;
    this.#watchdogMs = options.target.watchdogMs;
  }

  /** It listens; the first cycle is under way. */
  ready(): void {
    const { cycleIntervalMs, send, now } = this.#options;
    const leastMs = CYCLES_OF_SILENCE * cycleIntervalMs + MORE_SILENCE_MS;
    const isTooShort = this.#watchdogMs !== null && this.#watchdogMs < leastMs;
    if (isTooShort) this.#watchdogMs = leastMs;
    this.#sentAt = now();
    send({
      READY: '1',
      STATUS: 'the first cycle is under way',
      // The operator chose slower cycles than the unit knows of.
      ...(isTooShort && { WATCHDOG_USEC: String(leastMs * 1000) }),
    });
  }

  cycle(snapshot: Pick<HostSnapshot, 'up' | 'host' | 'domains'>): void {
    const { send, now } = this.#options;
    const status = statusOf(snapshot);
    const silentMs = now() - this.#sentAt;
    const isDue = this.#watchdogMs !== null && silentMs >= this.#watchdogMs / 4;
    if (!isDue && (status === this.#status || silentMs < STATUS_INTERVAL_MS)) return;
    this.#sentAt = now();
    this.#status = status;
    send({ STATUS: status, ...(this.#watchdogMs !== null && { WATCHDOG: '1' }) });
  }

  stopping(): void {
    this.#options.send({ STOPPING: '1', STATUS: 'ending' });
  }
}

function statusOf({ up, host, domains }: Pick<HostSnapshot, 'up' | 'host' | 'domains'>): string {
  if (!up) return 'libvirtd is not reached';
  return `observing ${domains.length} domains, libvirt ${host?.libvirtVersion ?? 'of unknown version'}`;
}
