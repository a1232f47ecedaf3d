import { readFile } from 'node:fs/promises';
import type { HostReportBatch } from '@faultline/contracts';
import { Backoff } from '@faultline/libvirt';
import { waitMs, withDeadline } from '@faultline/program';
import type { Logger } from 'pino';
import { messageOf } from '../cycle/link.ts';
import { plainText } from '../plain-text.ts';
import type { Health } from '../health.ts';
import type { Spool, SpoolBatch } from './spool.ts';

/** As many as `HostReportBatch` may have. */
const MAX_BATCH = 500;
const POST_TIMEOUT_MS = 10_000;
/** Answers that say that this content will never be taken. Other 4xx are about the address, the login or the moment. */
const REFUSES_CONTENT: readonly number[] = [400, 409, 413, 415, 422];

export interface DeliveryOptions {
  spool: Spool;
  omsUrl: string;
  /** File with the token that lets us report; undefined: the OMS takes reports without one. */
  tokenFile?: string | undefined;
  health: Health;
  log: Logger;
  fetch?: typeof fetch;
  backoff?: Backoff;
}

/**
 * Brings the spool to the OMS: in order, removed only after a 200, repeated with back-off. A report that the OMS refuses is found
 * by halving the batch and put aside, so that it does not hold up the ones behind it.
 */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #url: string;
  readonly #fetch: typeof fetch;
  readonly #backoff: Backoff;
  readonly #stop = new AbortController();
  #limit = MAX_BATCH;
  #lastFailure: string | null = null;
  #running: Promise<void> = Promise.resolve();

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#url = `${options.omsUrl.replace(/\/$/, '')}/api/v1/reports`;
    this.#fetch = options.fetch ?? fetch;
    this.#backoff = options.backoff ?? new Backoff({ firstMs: 500, maxMs: 30_000 });
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { spool } = this.#options;
    const { signal } = this.#stop;
    const isStopped = (): boolean => signal.aborted;
    while (!isStopped()) {
      await spool.untilNotEmpty(signal);
      if (isStopped()) return;
      try {
        const batch = await spool.peek(this.#limit);
        if (batch !== null) await this.#deliver(batch);
      } catch (error) {
        if (isStopped()) return;
        this.#failed(messageOf(error));
        await waitMs(this.#backoff.next(), signal);
      }
    }
  }

  async #post(body: HostReportBatch, signal: AbortSignal): Promise<{ status: number; answer: string }> {
    const response = await this.#fetch(this.#url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(await this.#credentials()) },
      // Also what an earlier exporter put on the spool: one character that no record takes must not cost the report.
      body: JSON.stringify(body, (_key, value: unknown) => (typeof value === 'string' ? plainText(value) : value)),
      redirect: 'manual',
      signal,
    });
    return { status: response.status, answer: (await response.text()).slice(0, 500) };
  }

  /** Read each time, so that a renewed token needs no restart. @throws when there is none in the file */
  async #credentials(): Promise<Record<string, string>> {
    const { tokenFile } = this.#options;
    if (tokenFile === undefined) return {};
    const token = (await readFile(tokenFile, 'utf8')).trim();
    if (!/^[\w.~+/-]+=*$/.test(token)) throw new Error(`there is no token in ${tokenFile}`);
    return { authorization: `Bearer ${token}` };
  }

  /** @throws when the batch should be tried again later */
  async #deliver(batch: SpoolBatch): Promise<void> {
    const { spool, health, log } = this.#options;
    const body: HostReportBatch = { host: batch.host, reports: batch.reports };
    const { status, answer } = await withDeadline(this.#stop.signal, POST_TIMEOUT_MS, (signal) =>
      this.#post(body, signal),
    );
    if (status === 200) {
      health.delivered.inc(batch.lines);
      await spool.remove(batch);
      if (this.#lastFailure !== null) log.info({ url: this.#url }, 'the OMS takes reports again');
      this.#lastFailure = null;
      this.#backoff.reset();
    } else if (!REFUSES_CONTENT.includes(status)) {
      throw new Error(`the OMS answered ${status}: ${answer}`);
    } else if (batch.lines > 1) {
      this.#limit = Math.ceil(batch.lines / 2);
    } else {
      await spool.reject(batch, `the OMS answered ${status}: ${answer}`);
      health.rejected.inc();
      this.#limit = MAX_BATCH;
    }
  }

  #failed(cause: string): void {
    const { health, log, spool } = this.#options;
    health.deliveryFailures.inc();
    const level = this.#lastFailure === cause ? 'debug' : 'warn';
    log[level]({ url: this.#url, cause, waiting: spool.depth }, 'reports cannot be delivered now');
    this.#lastFailure = cause;
  }
}
