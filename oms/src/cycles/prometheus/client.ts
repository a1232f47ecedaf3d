import { withDeadline } from '@faultline/program';
import { boundedText } from '../../outgoing/bounded-text.ts';
import { readAuthorization, type Scheme } from '../../outgoing/credentials.ts';
import { jsonOf, QueryError, readAnswer, refuseRefusal, type Series } from './answer.ts';

/** A minute of a host with a thousand VMs, at a scrape every few seconds, is some twenty megabytes. */
const BODY_LIMIT_BYTES = 64 * 1024 * 1024;
const REFUSAL_LIMIT_BYTES = 64 * 1024;

/**
 * What the servers of this API may do to an answer, and shall not: Thanos would mix the scrapes of several Prometheus servers series by
 * series, or thin them out; it and VictoriaMetrics would leave out what they cannot reach; VictoriaMetrics would move a question to the past.
 */
const AS_STORED = {
  dedup: 'false',
  max_source_resolution: '0s',
  partial_response: 'false',
  deny_partial_response: '1',
  nocache: '1',
};

/** How the server knows the OMS: the files are read for each question, so that they can be renewed. */
export type Credentials = { kind: 'bearer' | 'basic'; file: string } | null;

export interface ClientOptions {
  /** Without `/api/v1`. */
  url: string;
  timeoutMs: number;
  credentials: Credentials;
  headers: Readonly<Record<string, string>>;
  /** Another limit than that of a real server's answers. */
  bodyLimitBytes?: number;
}

/** Asks a server with the Prometheus query API. Questions are about one moment and a bounded range before it. */
export class PrometheusClient {
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /**
   * @param at the moment that is asked for, ms
   * @throws QueryError, CredentialsError, BodyTooLargeError, or what `fetch` throws: TypeError, TimeoutError
   */
  async query(expression: string, at: number, wanted: 'matrix' | 'vector', signal: AbortSignal): Promise<Series[]> {
    const { timeoutMs, bodyLimitBytes: limitBytes = BODY_LIMIT_BYTES } = this.#options;
    const text = await withDeadline(signal, timeoutMs, async (either) => {
      const response = await this.#post({ query: expression, time: String(at / 1000) }, either);
      if (response.status === 200) return await boundedText(response, { limitBytes, who: 'the server' });
      const said = await boundedText(response, { limitBytes: REFUSAL_LIMIT_BYTES, who: 'the server' });
      refuseRefusal(jsonOf(said));
      throw new QueryError('http-status', `the server answered ${response.status}`);
    });
    return readAnswer(text, wanted);
  }

  async #post(parameters: Record<string, string>, signal: AbortSignal): Promise<Response> {
    const { url, timeoutMs, headers, credentials } = this.#options;
    return await fetch(`${url.replace(/\/+$/, '')}/api/v1/query`, {
      method: 'POST',
      body: new URLSearchParams({ ...parameters, timeout: `${timeoutMs}ms`, ...AS_STORED }),
      headers: { ...headers, accept: 'application/json', ...(await authorizationFor(credentials)) },
      redirect: 'error',
      signal,
    });
  }
}

const SCHEMES: Record<NonNullable<Credentials>['kind'], Scheme> = { bearer: 'Bearer', basic: 'Basic' };

async function authorizationFor(credentials: Credentials): Promise<Record<string, string>> {
  if (credentials === null) return {};
  const { kind, file } = credentials;
  return { authorization: await readAuthorization({ scheme: SCHEMES[kind], file }) };
}
