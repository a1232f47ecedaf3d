import type { OmsStatus } from '@faultline/contracts';
import { FaultlineError } from './errors.ts';

/** What "Save & test" shows: one sentence a check in `message`, and the checks by name in the details. */
export interface Health {
  status: 'success' | 'warning';
  message: string;
  details: { message: string; verboseMessage: string };
}

/** One thing that is told apart. That the OMS was reached and takes the token is clear from its answer. */
interface Check {
  name: 'reachability' | 'authentication' | 'version' | 'clock' | 'data';
  isGood: boolean;
  text: string;
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
 * Tells reachability, authentication, version, clock skew and data freshness of an OMS that answered. The skew is measured against the
 * middle of the exchange, and only what the exchange's own duration cannot explain counts.
 *
 * @param plugin this plugin's version; undefined where its host does not tell
 */
export function assess(status: OmsStatus, exchange: Exchange, plugin?: string): Health {
  const durationMs = Math.max(0, exchange.answeredAt - exchange.askedAt);
  const good = (name: Check['name'], text: string): Check => ({ name, isGood: true, text });
  const bad =
    (name: Check['name']) =>
    (text: string): Check => ({ name, isGood: false, text });
  const skew = skewWarning(status.now, exchange);
  const version = versionWarning(status.version, plugin);
  const checks: Check[] = [
    good('reachability', `Faultline OMS ${status.version} answered in ${Math.round(durationMs)} ms.`),
    good('authentication', 'It lets this data source read.'),
    version === undefined ? good('version', 'Its version fits this plugin.') : bad('version')(version),
    skew === undefined ? good('clock', "Its clock agrees with this browser's.") : bad('clock')(skew),
    good('data', sourceText(status)),
    ...freshnessWarnings(status).map(bad('data')),
  ];
  const told = checks.filter(({ name, isGood }) => !isGood || name === 'reachability' || name === 'data');
  const message = told.map(({ text }) => text).join(' ');
  return {
    status: checks.every(({ isGood }) => isGood) ? 'success' : 'warning',
    message,
    details: {
      message: '',
      verboseMessage: checks.map(({ name, isGood, text }) => `${isGood ? 'ok' : 'look'} ${name}: ${text}`).join('\n'),
    },
  };
}

/** An OMS before this plugin may not know its queries; one after it answers them still. */
function versionWarning(oms: string, plugin: string | undefined): string | undefined {
  const [ours, theirs] = [numbersOf(plugin), numbersOf(oms)];
  if (ours === undefined || theirs === undefined) {
    return undefined;
  }
  const [major, minor] = [theirs[0] - ours[0], theirs[1] - ours[1]];
  if (major > 0) {
    return `The OMS (${oms}) is a major version ahead of this plugin (${plugin}): update the plugin.`;
  }
  return major < 0 || minor < 0
    ? `The OMS (${oms}) is older than this plugin (${plugin}), and may not know all of its queries: update the OMS.`
    : undefined;
}

function numbersOf(version: string | undefined): [major: number, minor: number] | undefined {
  const [, major, minor] = /^(\d{1,6})\.(\d{1,6})\./.exec(version ?? '') ?? [];
  return major === undefined || minor === undefined ? undefined : [Number(major), Number(minor)];
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
