import { readFile } from 'node:fs/promises';
import { withDeadline } from '@faultline/program';
import { messageOf } from '../../errors.ts';
import { boundedText } from '../../bounded-text.ts';
import { jsonOf, QueryError, readAnswer, refuseRefusal, type Series } from './answer.ts';

/** A minute of a host with a thousand VMs, at a scrape every few seconds, is some twenty megabytes. */
const BODY_LIMIT_BYTES = 64 * 1024 * 1024;
const REFUSAL_LIMIT_BYTES = 64 * 1024;
const CREDENTIALS_LIMIT_CHARACTERS = 16 * 1024;

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
   * @throws QueryError, BodyTooLargeError, or what `fetch` throws: TypeError, TimeoutError
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
      headers: { ...headers, accept: 'application/json', ...(await authorizationOf(credentials)) },
      redirect: 'error',
      signal,
    });
  }
}

async function authorizationOf(credentials: Credentials): Promise<Record<string, string>> {
  if (credentials === null) return {};
  const { kind, file } = credentials;
  const secret = await secretIn(file);
  // RFC 7617: user and password, parted by a colon.
  if (kind === 'basic' && !secret.includes(':')) throw unusable(file, 'is not USER:PASSWORD');
  const authorization = kind === 'bearer' ? `Bearer ${secret}` : `Basic ${Buffer.from(secret).toString('base64')}`;
  return { authorization };
}

async function secretIn(file: string): Promise<string> {
  let secret: string;
  try {
    secret = (await readFile(file, 'utf8')).trim();
  } catch (error) {
    throw new QueryError('credentials-unusable', `${file} cannot be read: ${messageOf(error)}`, { cause: error });
  }
  if (secret === '' || secret.length > CREDENTIALS_LIMIT_CHARACTERS || /[\r\n\0]/.test(secret)) {
    throw unusable(file, 'is not one line with a secret');
  }
  return secret;
}

const unusable = (file: string, why: string): QueryError => new QueryError('credentials-unusable', `${file} ${why}`);
