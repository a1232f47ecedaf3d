import type { OmsStatus } from '@faultline/contracts';
import { FaultlineError } from './errors.ts';

/** What "Save & test" shows. */
export interface Health {
  status: 'success' | 'warning' | 'error';
  message: string;
}

/** When the status was asked and when its answer had come, by this browser's clock, in ms. */
export interface Exchange {
  askedAt: number;
  answeredAt: number;
}

/** Clocks further apart than this are named (ms): a chart of both clocks would put causes after effects. */
const SKEW_LIMIT_MS = 5_000;
/** A last cycle older than this is named (ms): four cycles of the exporter's default interval. */
const STALE_AFTER_MS = 60_000;

/** Reads the answer to `GET /api/v1/status`. Throws {@link FaultlineError} `answer-not-json` or `answer-malformed`. */
export function readStatus(json: unknown): OmsStatus {
  if (typeof json !== 'object' || json === null) {
    throw new FaultlineError({
      code: 'answer-not-json',
      message: 'Something answered, but not with JSON: is the URL the address of a Faultline OMS?',
    });
  }
  const { version, now, hosts } = json as Record<string, unknown>;
  if (typeof version !== 'string' || typeof now !== 'number' || !Array.isArray(hosts)) {
    throw new FaultlineError({
      code: 'answer-malformed',
      message: 'Something answered with JSON, but it is not the status of a Faultline OMS.',
    });
  }
  return json as OmsStatus;
}

/**
 * Tells version, clock skew and data freshness of an OMS that answered. The skew is measured against the middle of the
 * exchange, and only what the exchange's own duration cannot explain counts.
 */
export function assess(status: OmsStatus, exchange: Exchange): Health {
  const durationMs = Math.max(0, exchange.answeredAt - exchange.askedAt);
  const warnings = [skewWarning(status.now, exchange), ...freshnessWarnings(status)].filter(
    (text) => text !== undefined,
  );
  const reached = `Faultline OMS ${status.version} answered in ${Math.round(durationMs)} ms.`;
  return {
    status: warnings.length > 0 ? 'warning' : 'success',
    message: [reached, sourceText(status), ...warnings].join(' '),
  };
}

function sourceText(status: OmsStatus): string {
  if (status.recording !== null) {
    return `It plays the recorded incident "${status.recording.title}".`;
  }
  const cycles = status.hosts.flatMap(({ lastCycle }) => lastCycle ?? []);
  if (cycles.length === 0) {
    return 'It has no data yet.';
  }
  return `Newest data: ${seconds(status.now - Math.max(...cycles))} old, ${cycles.length} of ${status.hosts.length} hosts.`;
}

function skewWarning(now: number, { askedAt, answeredAt }: Exchange): string | undefined {
  const skewMs = now - (askedAt + answeredAt) / 2;
  if (Math.abs(skewMs) - (answeredAt - askedAt) / 2 <= SKEW_LIMIT_MS) {
    return undefined;
  }
  const direction = skewMs > 0 ? 'ahead of' : 'behind';
  return `The OMS's clock is ${seconds(Math.abs(skewMs))} ${direction} this browser's: times on the chart are the OMS's. Check NTP on both.`;
}

function freshnessWarnings(status: OmsStatus): string[] {
  if (status.recording !== null) {
    return [];
  }
  if (status.hosts.length === 0) {
    return ['The OMS reads no exporter: start it with --scrape.url.'];
  }
  return status.hosts.flatMap(({ url, host, lastCycle, error }) => {
    const who = host ?? url;
    if (lastCycle === null) {
      return [`${who} has sent nothing yet${error === null ? '' : `: ${error}`}.`];
    }
    const ageMs = status.now - lastCycle;
    const stale = ageMs > STALE_AFTER_MS;
    return error === null && !stale
      ? []
      : [`${who}: last data ${seconds(ageMs)} ago${error === null ? '' : ` (${error})`}.`];
  });
}

function seconds(ms: number): string {
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}
