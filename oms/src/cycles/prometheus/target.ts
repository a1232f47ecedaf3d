import { METRICS, type OmsStatus } from '@faultline/contracts';
import type { Logger } from 'pino';
import { messageOf } from '../../errors.ts';
import { codeOf } from '../../outgoing/error-code.ts';
import { arrive, troubleOf, type ArrivalOptions } from '../arrival.ts';
import { CYCLE_METRICS } from '../cycle.ts';
import type { PrometheusClient } from './client.ts';
import { matchersOf, rangeOf } from './selector.ts';
import { cycleOfScrape, isWhole, ownLabels, scrapesOf, type Scrape } from './scrapes.ts';

/** A server finds the newest sample of a series this far back, too. */
export const LOOK_BACK_MS = 300_000;
/** How much is read at once, and how often in a row before others have their turn. */
const WINDOW_MS = 60_000;
const WINDOWS_IN_A_ROW = 5;
/** How old a scrape may become while some of it is missing; then it is taken as it is. */
const WHOLE_WITHIN_MS = 30_000;

export interface TargetOptions extends ArrivalOptions {
  /** Of the server, as it is told of. */
  url: string;
  client: PrometheusClient;
  catchUpMs: number;
  /** When the newest stored cycle of a host was, ms; undefined where there is none. */
  lastCycleAt: (host: string) => Promise<number | undefined>;
  log: Logger;
}

/** How far a host's clock may be from the server's, for records to go on where they ended. */
const CLOCK_TOLERANCE_MS = 60_000;

/** One exporter that the server scrapes, and up to where its scrapes were read. */
export class Target {
  readonly status: OmsStatus['hosts'][number];
  /** When the server last had something of it, ms. */
  seenAt = 0;
  readonly #matchers: string[];
  readonly #options: TargetOptions;
  /** Scrapes up to this one were read, ms; null before the first round. */
  #readTo: number | null = null;

  constructor(labels: ReadonlyMap<string, string>, options: TargetOptions) {
    const url = `${options.url} ${labels.get('instance') ?? [...labels.values()].join(' ')}`.trim();
    this.status = { url, host: null, lastCycle: null, error: null };
    this.#matchers = matchersOf(labels);
    this.#options = options;
  }

  /**
   * Reads what the server has of it up to `to`, oldest first, scrape by scrape.
   *
   * @param newest the time of the newest cycle that the server has, ms
   */
  async read(to: number, newest: number, signal: AbortSignal): Promise<void> {
    if (this.status.lastCycle !== null && newest <= this.status.lastCycle) return;
    try {
      let from = Math.max(this.#readTo ?? (await this.#begin(to, signal)), to - this.#options.catchUpMs);
      // Through a silence it goes on: that costs little, and where it ends is where the next round must not begin again.
      for (let full = 0; full < WINDOWS_IN_A_ROW && from < to;) {
        const end = Math.min(from + WINDOW_MS, to);
        const outcome = await this.#readWindow(from, end, signal);
        if (outcome === 'waits') return;
        if (outcome === 'read') full += 1;
        from = end;
      }
    } catch (error) {
      if (!signal.aborted) this.#failed(error);
    }
  }

  /** Where to begin: where this host's records end, as far as the bound allows. */
  async #begin(to: number, signal: AbortSignal): Promise<number> {
    const { client, lastCycleAt, catchUpMs, log } = this.#options;
    const range = rangeOf([METRICS.hostInfo], this.#matchers, LOOK_BACK_MS);
    const [info] = await client.query(range, to, 'matrix', signal);
    const host = info === undefined ? undefined : ownLabels(info.labels).get('host');
    const last = host === undefined ? undefined : await lastCycleAt(host);
    const bound = to - catchUpMs;
    if (last !== undefined && last < bound) log.warn({ host, from: last, to: bound }, 'what is older is not caught up');
    // The host's clock and the server's are not quite the same; what is read twice is stored once.
    return Math.max(last === undefined ? bound : last - CLOCK_TOLERANCE_MS, bound);
  }

  /** @returns `waits` where some of a scrape may still come */
  async #readWindow(from: number, to: number, signal: AbortSignal): Promise<'read' | 'empty' | 'waits'> {
    const range = rangeOf([...CYCLE_METRICS], this.#matchers, to - from);
    const series = await this.#options.client.query(range, to, 'matrix', signal);
    const scrapes = scrapesOf(series, { from, to });
    for (const scrape of scrapes) {
      if (signal.aborted) return 'waits';
      if (!isWhole(scrape) && this.#options.now() - scrape.at < WHOLE_WITHIN_MS) return 'waits';
      await this.#take(scrape);
      this.#readTo = scrape.at;
    }
    return scrapes.length > 0 ? 'read' : 'empty';
  }

  /** What cannot be a cycle is told of and passed over: read again, it would be the same. What cannot be stored is read again. */
  async #take(scrape: Scrape): Promise<void> {
    let cycle;
    try {
      cycle = cycleOfScrape(scrape);
    } catch (error) {
      this.#failed(error);
      return;
    }
    await arrive(cycle, this.#options);
    const { url, error } = this.status;
    if (error !== null) this.#options.log.info({ url, host: cycle.host }, 'cycles come again');
    this.status.host = cycle.host;
    this.status.lastCycle = Math.max(this.status.lastCycle ?? 0, cycle.at);
    this.status.error = troubleOf(cycle);
  }

  #failed(error: unknown): void {
    const { telemetry, log, url } = this.#options;
    const message = messageOf(error);
    telemetry.scrapeErrors.inc({ url, code: codeOf(error) });
    if (this.status.error !== message) log.warn({ url: this.status.url, err: error }, 'a read brought no cycle');
    this.status.error = message;
  }
}
