import type { BackendSrv } from '@grafana/runtime';
import { defer, mergeMap, throwError, type Observable } from 'rxjs';
import { fromFailedFetch } from '../errors.ts';

/**
 * The OMS's stream of news through Grafana's proxy, which passes on what comes as it comes. Errors where this Grafana, or another host
 * of the plugin, has no requests of that kind.
 */
export function newsStream(
  service: Pick<BackendSrv, 'chunked'>,
  baseUrl: string,
  vm: string | undefined,
): Observable<Uint8Array> {
  const url = `${baseUrl}/api/v1/news${vm === undefined ? '' : `?${new URLSearchParams({ vm })}`}`;
  return defer(() => service.chunked({ url, headers: { accept: 'text/event-stream' }, showErrorAlert: false })).pipe(
    mergeMap((response) => {
      if (!response.ok) {
        return throwError(() => fromFailedFetch(response, url));
      }
      return response.data === undefined ? [] : [response.data];
    }),
  );
}
