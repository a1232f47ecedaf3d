import type { DataFrame, DataQueryRequest, DataQueryResponse, DataSourceRef, PanelData } from '@grafana/data';
import { getDataSourceSrv } from '@grafana/runtime';
import type { DataQuery } from '@grafana/schema';
import { defer, from, map, switchMap, type Observable } from 'rxjs';

export interface DetailQuery {
  type: 'operation' | 'alarm';
  id: string;
}

/** The data source did not answer the detail query; the message is its own. */
class DetailError extends Error {}

/** The data source that knows details. */
const OURS = 'faultline-oms-datasource';

/**
 * The data source the panel's frames came from: of the target named by the frames, else of the first that names one. Beside
 * others ours is meant: they keep no details.
 */
export function sourceOf(data: PanelData): DataSourceRef | null {
  const all = data.request?.targets ?? [];
  const ours = all.filter((one) => one.datasource?.type === OURS);
  const targets = ours.length > 0 ? ours : all.filter((one) => !one.datasource?.type);
  const refIds = new Set(data.series.map((frame) => frame.refId));
  const target =
    targets.find((one) => refIds.has(one.refId) && one.datasource) ?? targets.find((one) => one.datasource);
  return target?.datasource ?? null;
}

/** Asks the data source for one record, so that what is shown is what was stored (A28). Ends with a {@link DetailError} where it fails. */
export function askDetail(
  source: DataSourceRef,
  query: DetailQuery,
  panelRequest: DataQueryRequest | undefined,
  range: PanelData['timeRange'],
): Observable<DataFrame[]> {
  return defer(() => getDataSourceSrv().get(source)).pipe(
    switchMap((api) => {
      const target: DataQuery & DetailQuery = { ...query, refId: 'detail', datasource: source };
      const request: DataQueryRequest = {
        app: panelRequest?.app ?? 'panel',
        timezone: panelRequest?.timezone ?? 'browser',
        interval: panelRequest?.interval ?? '1s',
        intervalMs: panelRequest?.intervalMs ?? 1000,
        scopedVars: panelRequest?.scopedVars ?? {},
        range,
        requestId: `faultline-detail-${query.type}-${query.id}`,
        startTime: Date.now(),
        targets: [target],
      };
      return from(api.query(request));
    }),
    map(framesOf),
  );
}

function framesOf(response: DataQueryResponse): DataFrame[] {
  const error = response.errors?.[0] ?? response.error;
  if (error) {
    throw new DetailError(error.data?.message ?? error.message ?? error.statusText ?? '');
  }
  return response.data.filter((frame): frame is DataFrame => 'fields' in frame);
}
