import type { OmsStatus } from '@faultline/contracts';
import { waitMs, withDeadline } from '@faultline/program';
import type { Logger } from 'pino';
import { messageOf } from '../errors.ts';
import { boundedText } from '../outgoing/bounded-text.ts';
import { codeOf } from '../outgoing/error-code.ts';
import { arrive, troubleOf, type ArrivalOptions } from './arrival.ts';
import { CYCLE_METRICS, cycleFromSamples } from './cycle.ts';
import { parseMetrics } from './parse.ts';
import type { CycleSource } from './source.ts';

/** A host with a thousand VMs is some ten megabytes of text. */
const BODY_LIMIT_BYTES = 64 * 1024 * 1024;
const MAX_TIMEOUT_MS = 10_000;
/** An exporter that starts together with the OMS is there a moment later: until it was heard once, it is asked this often. */
const UNHEARD_INTERVAL_MS = 1000;
/** Thrown when an exporter refuses to be scraped. It says nothing about the host's VMs. */
class ScrapeRefusedError extends Error {
  override readonly name = 'ScrapeRefusedError';
  readonly code = 'http-status';
}

export interface ScrapeOptions extends ArrivalOptions {
  urls: string[];
  intervalMs: number;
  log: Logger;
  /** Another limit than that of a real host's text. */
  bodyLimitBytes?: number;
}

/** Asks exporters themselves, each in a loop of its own, so that one that hangs delays no other. */
export function scrapeSource(options: ScrapeOptions): CycleSource {
  const stopping = new AbortController();
  const targets = options.urls.map((url) => new Target(url, options));
  let loops: Promise<void>[] = [];
  return {
    start: () => {
      loops = targets.map((target) => target.loop(stopping.signal));
    },
    stop: async () => {
      stopping.abort(new Error('the OMS stops'));
      await Promise.all(loops);
    },
    hosts: () => targets.map(({ status }) => ({ ...status })),
  };
}

class Target {
  readonly status: OmsStatus['hosts'][number];
  private readonly options: ScrapeOptions;

  constructor(url: string, options: ScrapeOptions) {
    this.status = { url, host: null, lastCycle: null, error: null };
    this.options = options;
  }

  async loop(stop: AbortSignal): Promise<void> {
    let due = Date.now();
    while (!stop.aborted) {
      await this.scrapeOnce(stop);
      // A steady beat: a slow answer does not shift the scrapes after it, and one that took several beats skips them.
      due = Math.max(due + this.intervalMs(), Date.now());
      await waitMs(due - Date.now(), stop);
    }
  }

  private intervalMs(): number {
    const { intervalMs } = this.options;
    return this.status.lastCycle === null ? Math.min(intervalMs, UNHEARD_INTERVAL_MS) : intervalMs;
  }

  private async scrapeOnce(stop: AbortSignal): Promise<void> {
    const { intervalMs, telemetry, log, bodyLimitBytes } = this.options;
    const timeoutMs = Math.min(intervalMs, MAX_TIMEOUT_MS);
    const { url } = this.status;
    try {
      const limitBytes = bodyLimitBytes ?? BODY_LIMIT_BYTES;
      const text = await withDeadline(stop, timeoutMs, (signal) => fetchText(url, { signal, timeoutMs, limitBytes }));
      const cycle = cycleFromSamples(parseMetrics(text, CYCLE_METRICS));
      await arrive(cycle, this.options);
      if (this.status.error !== null) log.info({ url, host: cycle.host }, 'the exporter answers again');
      this.status.host = cycle.host;
      this.status.lastCycle = cycle.at;
      this.status.error = troubleOf(cycle);
    } catch (error) {
      if (stop.aborted) return;
      const message = messageOf(error);
      telemetry.scrapeErrors.inc({ url, code: codeOf(error) });
      if (this.status.error !== message) log.warn({ url, err: error }, 'a scrape brought no cycle');
      this.status.error = message;
    }
  }
}

/** Reads a bounded body; the exporter is told how long it has. */
async function fetchText(
  url: string,
  { signal, timeoutMs, limitBytes }: { signal: AbortSignal; timeoutMs: number; limitBytes: number },
): Promise<string> {
  const response = await fetch(url, {
    signal,
    headers: {
      accept: 'text/plain;version=0.0.4',
      'x-prometheus-scrape-timeout-seconds': String(timeoutMs / 1000),
    },
    redirect: 'error',
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new ScrapeRefusedError(`the exporter answered ${response.status}`);
  }
  return await boundedText(response, { limitBytes, who: 'the exporter' });
}
