import type { Static, TProperties, TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { boundedText } from '../outgoing/bounded-text.ts';
import type { AlertmanagerCredentials } from '../settings/alertmanager.ts';
import { AlertmanagerStatus, ListedAlerts, MAX_LISTED, type ListedAlert, type PostableAlert } from './api.ts';
import { readAuthorization } from './credentials.ts';
import { AlertmanagerError } from './errors.ts';

/** Ten thousand alerts with long annotations. */
const BODY_LIMIT_BYTES = 32 * 1024 * 1024;
/** Of an error's text, what a person reads. */
const SHOWN_CHARACTERS = 200;

export interface AlertmanagerClientOptions {
  /** Without a slash at the end. */
  url: string;
  receiver: string | undefined;
  credentials: AlertmanagerCredentials | null;
  /** Another limit than that of a real Alertmanager's alerts. */
  bodyLimitBytes?: number;
}

/** What an Alertmanager has, and for how long it has been there to be told of it, ms by its own clock. */
export interface Listing {
  alerts: ListedAlert[];
  upForMs: number;
}

const listed = Compile(ListedAlerts);
const status = Compile(AlertmanagerStatus);

/** One Alertmanager's API v2. Every call takes a signal that ends it; a redirect is an error, so that no secret goes elsewhere. */
export class AlertmanagerClient {
  readonly #options: AlertmanagerClientOptions;

  constructor(options: AlertmanagerClientOptions) {
    this.#options = options;
  }

  /** @throws AlertmanagerError, BodyTooLargeError, BadSettingError, or what `fetch` throws */
  async list(signal: AbortSignal): Promise<Listing> {
    const { receiver } = this.#options;
    // The parameter is a regular expression, which Alertmanager anchors.
    const query = receiver === undefined ? '' : `?${new URLSearchParams({ receiver: escaped(receiver) }).toString()}`;
    const alerts = await this.#get(`/api/v2/alerts${query}`, listed, signal);
    // After the alerts: had it restarted between the two, it would be seen to be young.
    const { body, date } = await this.#get('/api/v2/status', status, signal);
    return { alerts: alerts.body, upForMs: date - Date.parse(body.uptime) };
  }

  /** @throws AlertmanagerError, BodyTooLargeError, BadSettingError, or what `fetch` throws */
  async send(alerts: readonly PostableAlert[], signal: AbortSignal): Promise<void> {
    await this.#ask('/api/v2/alerts', signal, { method: 'POST', body: JSON.stringify(alerts) });
  }

  async #get<Schema extends TSchema>(
    path: string,
    schema: Validator<TProperties, Schema>,
    signal: AbortSignal,
  ): Promise<{ body: Static<Schema>; date: number }> {
    const { text, date } = await this.#ask(path, signal);
    const body = parsed(text, path);
    if (schema.Check(body)) return { body, date };
    const [first] = schema.Errors(body);
    const where = first === undefined ? '' : `: ${first.instancePath || 'all of it'} ${first.message}`;
    const many = Array.isArray(body) && body.length > MAX_LISTED ? `: ${body.length} alerts` : where;
    throw new AlertmanagerError('unexpected-answer', `what it answered to ${path} is not what its API says${many}`);
  }

  /** The text of a 200, and when it was sent by the sender's clock, ms. */
  async #ask(path: string, signal: AbortSignal, init: RequestInit = {}): Promise<{ text: string; date: number }> {
    const { url, credentials, bodyLimitBytes: limitBytes = BODY_LIMIT_BYTES } = this.#options;
    const authorization = credentials === null ? {} : { authorization: await readAuthorization(credentials) };
    const response = await fetch(url + path, {
      ...init,
      signal,
      headers: { accept: 'application/json', 'content-type': 'application/json', ...authorization },
      redirect: 'error',
    });
    const text = await boundedText(response, { limitBytes, who: 'it' });
    if (response.status !== 200) {
      const said = text
        .replaceAll(/[\s\p{Cc}]+/gu, ' ')
        .trim()
        .slice(0, SHOWN_CHARACTERS);
      throw new AlertmanagerError('http-status', `it answered ${response.status} to ${path}${said && `: ${said}`}`);
    }
    const date = Date.parse(response.headers.get('date') ?? '');
    return { text, date: Number.isNaN(date) ? Date.now() : date };
  }
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new AlertmanagerError('not-json', `what it answered to ${path} is not JSON`);
  }
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
