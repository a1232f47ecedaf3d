import { METRICS } from '@faultline/contracts';
import { waitMs } from '@faultline/program';
import pLimit from 'p-limit';
import { messageOf } from '../../errors.ts';
import { codeOf } from '../../outgoing/error-code.ts';
import type { CycleSource } from '../source.ts';
import { QueryError } from './answer.ts';
import { PrometheusClient, type ClientOptions } from './client.ts';
import { rangeOf } from './selector.ts';
import { LOOK_BACK_MS, Target, type TargetOptions } from './target.ts';

/** Targets that are read at once. A server answers so many questions at a time, and others ask it too. */
const AT_ONCE = 4;

export interface PrometheusOptions extends Omit<ClientOptions, 'timeoutMs'>, Omit<TargetOptions, 'client' | 'url'> {
  intervalMs: number;
  /** How old a scrape must be before it is read, ms: until then some of it may not be there yet. */
  delayMs: number;
  /** PromQL label matchers of the exporters' series. */
  matchers: readonly string[];
}

const MAX_TIMEOUT_MS = 10_000;
const LEAST_TIMEOUT_MS = 1000;

/**
 * Reads the scrapes of exporters from a server with the Prometheus query API (Prometheus, Thanos, Mimir, VictoriaMetrics), each as the cycle
 * that it carries. It asks for raw samples only: what such a server makes of silence by itself is in none of them (decision 0034).
 */
export function prometheusSource(options: PrometheusOptions): CycleSource {
  const stopping = new AbortController();
  const server = new Server(options);
  let loop = Promise.resolve();
  return {
    start: () => {
      loop = server.loop(stopping.signal);
    },
    stop: async () => {
      stopping.abort(new Error('the OMS stops'));
      await loop;
    },
    hosts: () => server.hosts(),
  };
}

class Server {
  readonly #options: PrometheusOptions;
  readonly #client: PrometheusClient;
  readonly #targets = new Map<string, Target>();
  /** Why the server itself could not be asked; null where it could. */
  #error: string | null = null;

  constructor(options: PrometheusOptions) {
    this.#options = options;
    const timeoutMs = Math.max(LEAST_TIMEOUT_MS, Math.min(options.intervalMs, MAX_TIMEOUT_MS));
    this.#client = new PrometheusClient({ ...options, timeoutMs });
  }

  hosts() {
    const targets = [...this.#targets.values()].map(({ status }) => ({ ...status }));
    const isTold = this.#error !== null || targets.length === 0;
    return isTold ? [{ url: this.#options.url, host: null, lastCycle: null, error: this.#error }, ...targets] : targets;
  }

  async loop(stop: AbortSignal): Promise<void> {
    let due = Date.now();
    while (!stop.aborted) {
      await this.#round(stop);
      due = Math.max(due + this.#options.intervalMs, Date.now());
      await waitMs(due - Date.now(), stop);
    }
  }

  async #round(stop: AbortSignal): Promise<void> {
    const { url, now, delayMs, catchUpMs, telemetry, log } = this.#options;
    const to = now() - delayMs;
    try {
      const newest = await this.#newestCycles(to, stop);
      const limit = pLimit(AT_ONCE);
      await Promise.all(newest.map(({ target, at }) => limit(() => target.read(to, at, stop))));
      for (const [key, { seenAt }] of this.#targets) if (seenAt < to - catchUpMs) this.#targets.delete(key);
      if (newest.length === 0) {
        throw new QueryError('no-cycles', `the server has no ${METRICS.cycleTimestamp} of the last five minutes`);
      }
      if (this.#error !== null) log.info({ url }, 'the server answers again');
      this.#error = null;
    } catch (error) {
      if (stop.aborted) return;
      const message = messageOf(error);
      telemetry.scrapeErrors.inc({ url, code: codeOf(error) });
      if (this.#error !== message) log.warn({ url, err: error }, 'the server could not be asked');
      this.#error = message;
    }
  }

  /**
   * Of each target the time of its newest cycle. The labels of this series are the target's: the metric has none of its own. Over a range
   * also the last cycle before a target went is found, and no marker of staleness counts.
   */
  async #newestCycles(to: number, stop: AbortSignal): Promise<{ target: Target; at: number }[]> {
    const range = rangeOf([METRICS.cycleTimestamp], this.#options.matchers, LOOK_BACK_MS);
    const series = await this.#client.query(`last_over_time(${range})`, to, 'vector', stop);
    return series.flatMap(({ labels, samples: [sample] }) => {
      if (sample === undefined) return [];
      const target = this.#targetOf(new Map([...labels].filter(([name]) => name !== '__name__')));
      target.seenAt = to;
      return [{ target, at: Math.round(sample.value * 1000) }];
    });
  }

  #targetOf(labels: ReadonlyMap<string, string>): Target {
    const key = JSON.stringify([...labels].sort(([one], [other]) => (one < other ? -1 : 1)));
    const known = this.#targets.get(key);
    if (known !== undefined) return known;
    const target = new Target(labels, { ...this.#options, client: this.#client });
    this.#targets.set(key, target);
    return target;
  }
}
