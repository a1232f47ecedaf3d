import type { TokenStore } from './token.ts';

/** An answer that takes longer counts as none, ms. */
const DEADLINE_MS = 20_000;

type Fetch = typeof globalThis.fetch;

/** `fetch` with the caller's token; an answer 401 is told to the token's store, which has the page ask for one. */
export function fetchWith(token: TokenStore, fetch: Fetch = (input, init) => globalThis.fetch(input, init)): Fetch {
  return async (input, init) => {
    const { text } = token.snapshot();
    const headers = { ...Object.fromEntries(new Headers(init?.headers)), ...token.headers() };
    const response = await fetch(input, { ...init, headers });
    if (response.status === 401) {
      const { detail } = await problemIn(response.clone());
      token.refuse(text, detail ?? 'this takes a token');
    }
    return response;
  };
}

/** Thrown when the OMS refused, failed or did not answer; its message is for people. */
export class OmsError extends Error {
  override readonly name = 'OmsError';
  constructor(
    message: string,
    readonly facts: {
      /** HTTP status; 0: no answer, so that nobody knows whether the request was heard. */
      status: number;
      /** The problem's code, where the answer was a problem. */
      code?: string;
      /** The field of the request that is wrong, as a JSON pointer. */
      field?: string;
    },
  ) {
    super(message);
  }

  /** Whether the request may have been carried out all the same. */
  get isUndecided(): boolean {
    return this.facts.status === 0 || this.facts.status >= 500;
  }
}

/** The OMS's API. Every call rejects with an {@link OmsError}. */
export class OmsClient {
  constructor(private readonly fetch: Fetch) {}

  get<T>(path: string): Promise<T> {
    return this.ask<T>(path, {});
  }

  /** @param body undefined: none is sent */
  send<T>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<T> {
    const json = body === undefined ? {} : { body: JSON.stringify(body), headers: JSON_HEADERS };
    return this.ask<T>(path, { method, ...json });
  }

  private async ask<T>(path: string, init: RequestInit): Promise<T> {
    let response: Response;
    let text: string;
    try {
      const headers = { accept: 'application/json', ...(init.headers as Record<string, string> | undefined) };
      response = await this.fetch(path, { ...init, headers, signal: AbortSignal.timeout(DEADLINE_MS) });
      text = await response.text();
    } catch (reason) {
      throw new OmsError(noAnswer(reason), { status: 0 });
    }
    if (!response.ok) {
      const { detail, code, field } = readProblem(text);
      const words = detail ?? `${path.split('?', 1)[0]} answered ${response.status} ${response.statusText}`.trim();
      throw new OmsError(words, { status: response.status, ...(code && { code }), ...(field && { field }) });
    }
    try {
      return JSON.parse(text) as T;
    } catch {
      throw new OmsError(`${path.split('?', 1)[0]} did not answer with JSON`, { status: 502 });
    }
  }
}

const JSON_HEADERS = { 'content-type': 'application/json' };

/** A path with the parameters that are set; an id in a path must be encoded by itself. */
export function pathOf(path: string, params: Record<string, string | number | boolean | null | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined && value !== null && value !== '') {
      search.set(name, String(value));
    }
  }
  const text = search.toString();
  return text === '' ? path : `${path}?${text}`;
}

function noAnswer(reason: unknown): string {
  if (reason instanceof DOMException && reason.name === 'TimeoutError') {
    return `The OMS did not answer within ${DEADLINE_MS / 1000} s.`;
  }
  return 'The OMS does not answer: no connection.';
}

interface Problem {
  detail?: string;
  code?: string;
  field?: string;
}

const problemIn = async (response: Response): Promise<Problem> => readProblem(await response.text().catch(() => ''));

/** What a problem says, from whatever came: a proxy answers with a page. */
function readProblem(text: string): Problem {
  try {
    const json = JSON.parse(text) as unknown;
    if (typeof json !== 'object' || json === null) {
      return {};
    }
    const own = (name: string) => (json as Record<string, unknown>)[name];
    const texts = (['detail', 'code', 'field'] as const).flatMap((name) => {
      const value = own(name);
      return typeof value === 'string' ? [[name, value]] : [];
    });
    return Object.fromEntries(texts) as Problem;
  } catch {
    return {};
  }
}
