import type { BackendSrv } from '@grafana/runtime';
import { defer, mergeMap, throwError, type Observable } from 'rxjs';
import { fromFailedFetch } from '../errors.ts';
import { NewsRefused } from './refused.ts';

/**
 * The OMS's stream of news through Grafana's proxy, which passes on what comes as it comes. Errors with {@link NewsRefused} where this
 * host of the plugin has no requests of that kind, and where the answer is a refusal.
 */
export function newsStream(
  service: Pick<BackendSrv, 'chunked'>,
  baseUrl: string,
  vm: string | undefined,
): Observable<Uint8Array> {
  const url = `${baseUrl}/api/v1/news${vm === undefined ? '' : `?${new URLSearchParams({ vm })}`}`;
  return defer(() => open(service, url)).pipe(
    mergeMap((response) => {
      if (!response.ok) {
        const error = fromFailedFetch(response, url);
        return throwError(() => (isRefusal(response.status) ? new NewsRefused(error.message, error) : error));
      }
      return response.data === undefined ? [] : [response.data];
    }),
  );
}

function open(service: Pick<BackendSrv, 'chunked'>, url: string): ReturnType<BackendSrv['chunked']> {
  try {
    return service.chunked({ url, headers: { accept: 'text/event-stream' }, showErrorAlert: false });
  } catch (reason) {
    return throwError(() => new NewsRefused('this page has no requests that are answered piece by piece', reason));
  }
}

/** What will be answered the next time, too; not that there are too many listeners or requests just now. */
const isRefusal = (status: number): boolean => status >= 400 && status < 500 && status !== 429;
