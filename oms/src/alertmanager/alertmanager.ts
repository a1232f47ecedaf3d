import type { OmsStatus } from '@faultline/contracts';
import { withDeadline } from '@faultline/program';
import type { Logger } from 'pino';
import { messageOf } from '../errors.ts';
import { codeOf } from '../outgoing/error-code.ts';
import type { AlertmanagerConfig } from '../settings/alertmanager.ts';
import type { Telemetry } from '../telemetry.ts';
import type { PostableAlert } from './api.ts';
import { AlertmanagerClient, type Listing } from './client.ts';

const MAX_TIMEOUT_MS = 10_000;

type Call = 'asked' | 'sent';

interface AlertmanagerOptions {
  now: () => number;
  log: Logger;
  telemetry: Telemetry;
}

/** One Alertmanager with how it is doing. Its failures are its health and throw nothing: whoever calls goes on with what others say. */
export class Alertmanager {
  readonly status: OmsStatus['alertmanagers'][number];
  readonly #client: AlertmanagerClient;
  readonly #timeoutMs: number;
  readonly #options: AlertmanagerOptions;

  constructor(client: AlertmanagerClient, url: string, options: AlertmanagerOptions & { timeoutMs: number }) {
    this.status = { url, asked: { at: null, error: null }, sent: { at: null, error: null } };
    this.#client = client;
    this.#timeoutMs = options.timeoutMs;
    this.#options = options;
  }

  /** What it has; null where it does not say. */
  async list(stop: AbortSignal): Promise<Listing | null> {
    return (await this.#attempt('asked', stop, (signal) => this.#client.list(signal))) ?? null;
  }

  /** @returns whether it took them */
  async send(alerts: readonly PostableAlert[], stop: AbortSignal): Promise<boolean> {
    const sent = async (signal: AbortSignal): Promise<true> => {
      await this.#client.send(alerts, signal);
      return true;
    };
    return (await this.#attempt('sent', stop, sent)) ?? false;
  }

  async #attempt<Result>(
    call: Call,
    stop: AbortSignal,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result | undefined> {
    const { now, log, telemetry } = this.#options;
    const { url } = this.status;
    const health = this.status[call];
    try {
      const result = await withDeadline(stop, this.#timeoutMs, work);
      if (health.error !== null) log.info({ url, call }, 'the Alertmanager answers again');
      health.at = now();
      health.error = null;
      telemetry.alertmanagerCalls.inc({ url, call, outcome: 'ok' });
      telemetry.alertmanagerLastSuccess.set({ url, call }, health.at / 1000);
      return result;
    } catch (error) {
      if (stop.aborted) return undefined;
      const message = messageOf(error);
      telemetry.alertmanagerCalls.inc({ url, call, outcome: codeOf(error) });
      if (health.error !== message) log.warn({ url, call, err: error }, 'an Alertmanager does not answer as it should');
      health.error = message;
      return undefined;
    }
  }
}

/** The Alertmanagers that the settings name. */
export function alertmanagersOf(
  { urls, intervalMs, receiver, credentials }: AlertmanagerConfig,
  options: AlertmanagerOptions,
): Alertmanager[] {
  const timeoutMs = Math.min(intervalMs, MAX_TIMEOUT_MS);
  return urls.map(
    (url) => new Alertmanager(new AlertmanagerClient({ url, receiver, credentials }), url, { ...options, timeoutMs }),
  );
}
