import type { Problem } from '@faultline/contracts';

/**
 * Why a question to the OMS has no answer. `code` is for programs and tests, `message` for the person who reads the
 * panel. The OMS's own codes (`vm-unknown`, ...) pass through unchanged; these are the ones made here:
 *
 * - `query-incomplete`: a field of the query is empty or is not what it must be. Nothing was asked.
 * - `query-newer`: a newer version of this plugin saved the query. Nothing was asked.
 * - `filter-unsupported`: an ad-hoc filter compares in a way, or by a field, that the OMS does not have. Nothing was asked.
 * - `oms-unreachable`: no HTTP answer came, or Grafana's proxy got none. It does not say whether the OMS or the network is down.
 * - `unauthorized`: the OMS wants a token, or does not take the one that it was given.
 * - `forbidden`: it knows who asks, and they may not; or Grafana itself does not let them.
 * - `oms-error`: the OMS, or something between, answered 4xx or 5xx without a problem of Faultline's.
 * - `answer-not-json`: an answer came and is no JSON: usually the address is that of another service.
 * - `answer-malformed`: JSON came, and it is not what this query's answer looks like.
 * - `query-failed`: this plugin itself failed while asking; the message is the defect's.
 */
export class FaultlineError extends Error {
  readonly code: string;
  readonly status: number | undefined;

  constructor(options: { code: string; message: string; status?: number | undefined; cause?: unknown }) {
    super(options.message, { cause: options.cause });
    this.name = 'FaultlineError';
    this.code = options.code;
    this.status = options.status;
  }
}

/** The fields of Grafana's `FetchError` that are read here; it also rejects with plain errors and strings. */
interface FailedFetch {
  status?: unknown;
  statusText?: unknown;
  data?: unknown;
  message?: unknown;
}

/**
 * Says what a rejected `getBackendSrv().fetch` means. Grafana gives `status` 0 or none when nothing answered, and puts the
 * parsed body, or the text where it was no JSON, into `data`.
 */
export function fromFailedFetch(reason: unknown, url: string): FaultlineError {
  if (reason instanceof FaultlineError) {
    return reason;
  }
  const failure: FailedFetch = typeof reason === 'object' && reason !== null ? reason : { message: String(reason) };
  const status = typeof failure.status === 'number' ? failure.status : 0;
  if (status <= 0) {
    return new FaultlineError({
      code: 'oms-unreachable',
      message: `The Faultline OMS does not answer at ${url}. Check that it runs and that the data source's URL is its address.`,
      cause: reason,
    });
  }
  const problem = readProblem(failure.data);
  if (problem !== undefined) {
    const { code, detail, field } = problem;
    const message = field === undefined ? detail : `${detail} (field ${field})`;
    const advice = ADVICE[code];
    return new FaultlineError({
      code,
      message: advice === undefined ? message : `${message}. ${advice}`,
      status,
      cause: reason,
    });
  }
  if (PROXY_GOT_NONE.has(status)) {
    return new FaultlineError({
      code: 'oms-unreachable',
      message: `Grafana got no answer from the Faultline OMS (${status}). Check that it runs, and that Grafana's server reaches the OMS address in the data source's settings.`,
      status,
      cause: reason,
    });
  }
  if (status === 401 || isRefusalOfProxy(failure.data)) {
    return new FaultlineError({
      code: 'unauthorized',
      message: `The OMS does not know who asks. ${ADVICE['unauthorized']}`,
      status,
      cause: reason,
    });
  }
  if (status === 403) {
    return new FaultlineError({
      code: 'forbidden',
      message: `Grafana does not pass this on (403${textIn(failure.data)}): you may lack permission on this data source, or the OMS address may not be in Grafana's data_source_proxy_whitelist.`,
      status,
      cause: reason,
    });
  }
  if (status >= 200 && status < 300) {
    return new FaultlineError({
      code: 'answer-not-json',
      message: `${url} answered, but not with JSON: is the data source's URL the address of a Faultline OMS?`,
      status,
      cause: reason,
    });
  }
  const text = typeof failure.statusText === 'string' && failure.statusText !== '' ? ` ${failure.statusText}` : '';
  return new FaultlineError({
    code: 'oms-error',
    message: `${url} answered ${status}${text} without saying why.`,
    status,
    cause: reason,
  });
}

/** What can be done about problems of the OMS of which it says only that there is one. */
const ADVICE: Record<string, string> = {
  unauthorized: "Put a token of the role read into the data source's settings: faultline-oms token create --role read.",
  forbidden: "Make a token of that role, and put it into the data source's settings.",
};

/** What Grafana's proxy, or one before it, answers where it gets no answer. */
const PROXY_GOT_NONE = new Set([502, 504]);

/** What Grafana says beside a status, if anything. */
function textIn(data: unknown): string {
  const text = typeof data === 'object' && data !== null ? (data as FailedFetch).message : data;
  return typeof text === 'string' && text !== '' && text.length < 200 ? `: ${text}` : '';
}

/** Grafana's proxy makes a 400 with this text of every 401, so that the browser does not ask for Grafana's own password. */
function isRefusalOfProxy(data: unknown): boolean {
  const text = typeof data === 'object' && data !== null ? (data as FailedFetch).message : data;
  return text === 'Authentication to data source failed';
}

/** What is shown of a problem. A newer OMS may have codes that this plugin has not heard of: any text is one. */
type ReadProblem = Pick<Problem, 'detail' | 'field'> & { code: string };

function readProblem(data: unknown): ReadProblem | undefined {
  if (typeof data !== 'object' || data === null) {
    return undefined;
  }
  const { code, detail, field } = data as Record<string, unknown>;
  if (typeof code !== 'string' || typeof detail !== 'string') {
    return undefined;
  }
  return typeof field === 'string' ? { code, detail, field } : { code, detail };
}

/** Any error as one with a code; what is none of ours is a defect of this plugin: `query-failed`. */
export function toFaultlineError(reason: unknown): FaultlineError {
  if (reason instanceof FaultlineError) {
    return reason;
  }
  const message = reason instanceof Error ? reason.message : String(reason);
  return new FaultlineError({ code: 'query-failed', message, cause: reason });
}
