import { request, type Agent, type RequestOptions } from 'node:https';
import type { IncomingHttpHeaders } from 'node:http';
import { withDeadline } from '@faultline/program';
import { objectOf, textOf, type Json } from '../../json.ts';
import { BmcError } from '../errors.ts';
import { agentFor, type Trust } from './trust.ts';

export interface RedfishOptions {
  /** Such as `https://bmc.example.org`; what follows the host is ignored. */
  url: string;
  trust: Trust;
  /** Read anew for every login, so that a changed password file needs no restart. Null: without logging in. */
  credentials: () => Promise<{ username: string; password: string }> | null;
  /** For one request. */
  requestTimeoutMs: number;
}

interface Question {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string;
}

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

const MAX_BODY_BYTES = 4 * 1024 * 1024;
/** All bodies of one reading together: a large server's come to a few MiB. */
const MAX_READING_BYTES = 32 * 1024 * 1024;
const SESSIONS = '/redfish/v1/SessionService/Sessions';

/**
 * Reads a Redfish service (DMTF DSP0266). Logs in with a session, because BMCs write a log entry for every request that carries a
 * password; falls back to basic authentication where there are no sessions. Bodies are kept with their ETag, so that an unchanged
 * one is not sent again.
 */
export class RedfishClient {
  readonly #options: RedfishOptions;
  readonly #agent: Agent;
  readonly #origin: URL;
  readonly #kept = new Map<string, { etag: string; body: Json; bytes: number; reading: number }>();
  #reading = 0;
  #readingBytes = 0;
  #session: { token: string; location: string | null } | null = null;
  #authorization: string | null = null;
  #loggingIn: Promise<void> | null = null;
  /** Counts the logins that succeeded. */
  #logins = 0;

  constructor(options: RedfishOptions) {
    this.#options = options;
    this.#origin = new URL('/', options.url);
    this.#agent = agentFor(options.trust);
  }

  /** Begins a reading, whose bodies are bounded together. What the one before did not ask for is kept no longer. */
  beginReading(): void {
    for (const [path, { reading }] of this.#kept) if (reading !== this.#reading) this.#kept.delete(path);
    this.#reading += 1;
    this.#readingBytes = 0;
  }

  /** @throws BmcError */
  async get(path: string, signal: AbortSignal): Promise<Json> {
    const usedLogin = this.#logins;
    const reading = this.#reading;
    let answer = await this.#getOnce(path, signal);
    if (answer.status === 401) {
      // A BMC forgets its sessions at a reset, and after some minutes without a request. Several requests find that out at
      // once, and one logs in for all: a BMC has room for a few sessions only.
      if (usedLogin === this.#logins) this.#loggingIn ??= this.#login(signal).finally(() => (this.#loggingIn = null));
      await this.#loggingIn;
      answer = await this.#getOnce(path, signal);
    }
    const kept = this.#kept.get(path);
    if (answer.status === 304 && kept !== undefined) {
      this.#count(kept.bytes, { path, reading });
      kept.reading = reading;
      return kept.body;
    }
    if (answer.status !== 200) throw errorOf(answer.status, path);
    const bytes = Buffer.byteLength(answer.body);
    this.#count(bytes, { path, reading });
    const body = parse(answer.body, path);
    const etag = answer.headers.etag;
    if (etag !== undefined) this.#kept.set(path, { etag, body, bytes, reading });
    return body;
  }

  #count(bytes: number, { path, reading }: { path: string; reading: number }): void {
    // What was still under way when a reading failed is not the next one's.
    if (reading === this.#reading) this.#readingBytes += bytes;
    if (this.#readingBytes <= MAX_READING_BYTES) return;
    throw new BmcError('BMC_TOO_LARGE', path, `over ${MAX_READING_BYTES} bytes in one reading`);
  }

  /** Ends the session: a BMC has room for a few only. */
  async close(): Promise<void> {
    const location = this.#session?.location ?? null;
    if (location !== null) {
      await this.#send(
        { method: 'DELETE', path: location, headers: this.#auth() },
        AbortSignal.timeout(this.#options.requestTimeoutMs),
      ).catch(
        // It ends by itself after a while.
        () => undefined,
      );
    }
    this.#session = null;
    this.#agent.destroy();
  }

  #auth(): Record<string, string> {
    if (this.#session !== null) return { 'X-Auth-Token': this.#session.token };
    return this.#authorization === null ? {} : { Authorization: this.#authorization };
  }

  #getOnce(path: string, signal: AbortSignal): Promise<Answer> {
    const etag = this.#kept.get(path)?.etag;
    return this.#send(
      { method: 'GET', path, headers: { ...this.#auth(), ...(etag !== undefined && { 'If-None-Match': etag }) } },
      signal,
    );
  }

  async #login(signal: AbortSignal): Promise<void> {
    this.#session = null;
    this.#authorization = null;
    const credentials = await this.#options.credentials();
    if (credentials === null) throw new BmcError('BMC_UNAUTHORIZED', this.#origin.host);
    const { username, password } = credentials;
    const body = JSON.stringify({ UserName: username, Password: password });
    const headers = { 'Content-Type': 'application/json', 'Content-Length': String(Buffer.byteLength(body)) };
    const { status, headers: got } = await this.#send({ method: 'POST', path: SESSIONS, headers, body }, signal);
    const token = textOf(got['x-auth-token']);
    if (status >= 200 && status < 300 && token !== undefined) {
      const location = got.location === undefined ? null : new URL(got.location, this.#origin).pathname;
      this.#session = { token, location };
      this.#logins += 1;
      return;
    }
    if (status === 401 || status === 403) throw new BmcError('BMC_UNAUTHORIZED', this.#origin.host);
    this.#logins += 1;
    this.#authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  }

  #send(question: Question, signal: AbortSignal): Promise<Answer> {
    const late = new BmcError('BMC_TIMEOUT', question.path);
    return withDeadline(signal, this.#options.requestTimeoutMs, (either) => this.#exchange(question, either), late);
  }

  #exchange({ method, path, headers, body }: Question, signal: AbortSignal): Promise<Answer> {
    const options: RequestOptions = {
      agent: this.#agent,
      host: this.#origin.hostname.replace(/^\[|\]$/g, ''),
      port: this.#origin.port === '' ? 443 : this.#origin.port,
      method,
      path,
      headers: { Accept: 'application/json', 'OData-Version': '4.0', ...headers },
      signal,
    };
    return new Promise((resolve, reject) => {
      const fail = (error: unknown): void => {
        reject(signal.reason instanceof BmcError ? signal.reason : connectionError(error, path));
      };
      const asked = request(options, (response) => {
        const chunks: Buffer[] = [];
        let length = 0;
        response.on('data', (chunk: Buffer) => {
          length += chunk.length;
          chunks.push(chunk);
          if (length > MAX_BODY_BYTES) {
            response.destroy();
            reject(new BmcError('BMC_TOO_LARGE', path));
          }
        });
        response.once('error', fail);
        response.once('end', () => {
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString('utf8'),
          });
        });
      });
      asked.once('error', fail);
      asked.end(body);
    });
  }
}

function parse(body: string, path: string): Json {
  try {
    return objectOf(JSON.parse(body));
  } catch (error) {
    throw new BmcError('BMC_BAD_ANSWER', path, 'no JSON', { cause: error });
  }
}

function errorOf(status: number, path: string): BmcError {
  if (status === 401) return new BmcError('BMC_UNAUTHORIZED', path);
  if (status === 403) return new BmcError('BMC_FORBIDDEN', path);
  if (status === 404) return new BmcError('BMC_NOT_FOUND', path);
  return new BmcError('BMC_STATUS', path, String(status));
}

const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS/;

function connectionError(error: unknown, path: string): BmcError {
  if (error instanceof BmcError) return error;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return new BmcError(UNTRUSTED.test(code) ? 'BMC_TLS' : 'BMC_UNREACHABLE', path, code, { cause: error });
}
