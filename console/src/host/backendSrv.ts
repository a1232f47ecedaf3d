import type { BackendSrv, BackendSrvRequest, FetchError, FetchResponse } from '@grafana/runtime';
import { lastValueFrom, Observable } from 'rxjs';

/** No answer within this is an error (ms): a hung OMS must not leave a panel loading for ever. */
const DEADLINE_MS = 30_000;

/**
 * Grafana's HTTP service for plugins, on `fetch`. Requests stay on this origin. Unsubscribing aborts the request; so does a
 * later one with the same `requestId`. Fails with a {@link FetchError}, whose `status` is 0 when nothing answered.
 */
export class ConsoleBackendSrv implements BackendSrv {
  private readonly underWay = new Map<string, AbortController>();

  /** @param send `fetch` as this page does it, with the caller's token */
  constructor(private readonly send: typeof globalThis.fetch) {}

  fetch<T>(options: BackendSrvRequest): Observable<FetchResponse<T>> {
    return new Observable((subscriber) => {
      const abort = new AbortController();
      const { requestId } = options;
      if (requestId !== undefined) {
        this.underWay.get(requestId)?.abort(new DOMException('Replaced by a later request', 'AbortError'));
        this.underWay.set(requestId, abort);
      }
      const signals = [abort.signal, AbortSignal.timeout(DEADLINE_MS), options.abortSignal];
      exchange<T>(this.send, options, AbortSignal.any(signals.filter((signal) => signal !== undefined))).then(
        (response) => {
          subscriber.next(response);
          subscriber.complete();
        },
        (reason: unknown) => subscriber.error(reason),
      );
      return () => {
        abort.abort();
        if (requestId !== undefined && this.underWay.get(requestId) === abort) {
          this.underWay.delete(requestId);
        }
      };
    });
  }

  get<T>(url: string, params?: Record<string, unknown>, requestId?: string, options?: Partial<BackendSrvRequest>) {
    const named = { ...(params === undefined ? {} : { params }), ...(requestId === undefined ? {} : { requestId }) };
    return this.request<T>({ ...options, ...named, url, method: 'GET' });
  }

  post<T>(url: string, data?: unknown, options?: Partial<BackendSrvRequest>) {
    return this.request<T>({ ...options, url, method: 'POST', data });
  }

  put<T>(url: string, data?: unknown, options?: Partial<BackendSrvRequest>) {
    return this.request<T>({ ...options, url, method: 'PUT', data });
  }

  patch<T>(url: string, data?: unknown, options?: Partial<BackendSrvRequest>) {
    return this.request<T>({ ...options, url, method: 'PATCH', data });
  }

  delete<T>(url: string, data?: unknown, options?: Partial<BackendSrvRequest>) {
    return this.request<T>({ ...options, url, method: 'DELETE', data });
  }

  async request<T>(options: BackendSrvRequest): Promise<T> {
    return (await lastValueFrom(this.fetch<T>(options))).data;
  }

  datasourceRequest<T>(options: BackendSrvRequest): Promise<FetchResponse<T>> {
    return lastValueFrom(this.fetch<T>(options));
  }

  chunked(): never {
    throw new Error('The console offers no chunked requests.');
  }
}

async function exchange<T>(
  send: typeof globalThis.fetch,
  config: BackendSrvRequest,
  signal: AbortSignal,
): Promise<FetchResponse<T>> {
  const method = config.method ?? 'GET';
  const hasBody = config.data !== undefined && config.data !== null;
  let response: Response;
  let text: string;
  try {
    response = await send(withParams(config), {
      method,
      signal,
      headers: {
        accept: 'application/json',
        ...(hasBody ? { 'content-type': 'application/json' } : {}),
        ...config.headers,
      },
      ...(hasBody ? { body: JSON.stringify(config.data) } : {}),
    });
    text = await response.text();
  } catch (reason) {
    const message = reason instanceof Error ? reason.message : String(reason);
    throw failure({ config, status: 0, statusText: message, data: { message } });
  }
  const data = parse(text);
  if (!response.ok) {
    throw failure({ config, status: response.status, statusText: response.statusText, data });
  }
  const { status, statusText, ok, headers, redirected, type, url } = response;
  return { data: data as T, status, statusText, ok, headers, redirected, type, url, config };
}

function withParams({ url, params }: BackendSrvRequest): string {
  if (params === undefined || Object.keys(params).length === 0) {
    return url;
  }
  const search = new URLSearchParams(
    Object.entries(params as Record<string, unknown>).map(([key, value]) => [key, String(value)]),
  );
  return `${url}${url.includes('?') ? '&' : '?'}${search}`;
}

/** The JSON, or the text itself where it is none: as Grafana's service does, so that plugins see the same. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function failure(parts: Pick<FetchError, 'config' | 'status' | 'data'> & { statusText: string }): FetchError {
  return { ...parts, isHandled: false };
}
