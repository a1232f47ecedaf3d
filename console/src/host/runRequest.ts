import {
  DataTopic,
  LoadingState,
  toDataFrame,
  type DataFrame,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceApi,
  type PanelData,
} from '@grafana/data';
import { toDataQueryError } from '@grafana/runtime';
import { catchError, connect, from, isObservable, map, merge, of, scan, takeUntil, timer, type Observable } from 'rxjs';
import { LastPicture } from './lastPicture.ts';

const lastPicture = new LastPicture();

/** A panel whose query takes longer than this shows that it loads (ms); a faster one does not flicker. */
const LOADING_AFTER_MS = 200;

/**
 * Runs one panel's request against a data source, as Grafana does: answers may come in packets, and packets with the same
 * key replace each other. A failure becomes data in state `Error`, never a broken stream.
 */
export function runRequest(
  datasource: DataSourceApi,
  request: DataQueryRequest,
  queryFunction?: DataSourceApi['query'],
): Observable<PanelData> {
  const startTime = Date.now();
  const empty: PanelData = {
    state: LoadingState.Loading,
    series: [],
    annotations: [],
    request: { ...request, startTime },
    timeRange: request.range,
  };
  if (request.targets.length === 0) {
    return of({ ...empty, state: LoadingState.Done });
  }
  const answer = queryFunction === undefined ? datasource.query(request) : queryFunction.call(datasource, request);
  const packets = isObservable(answer) ? answer : from(answer);
  return packets.pipe(
    scan((all, packet) => new Map(all).set(packet.key ?? 'A', packet), new Map<string, DataQueryResponse>()),
    map((all) => combine(empty, [...all.values()])),
    catchError((reason: unknown) => {
      const error = toDataQueryError(reason as Error);
      return of({ ...empty, state: LoadingState.Error, error, errors: [error] });
    }),
    map((data) => lastPicture.show(keyOf(request), data)),
    // One subscription to the data source, two readers of it: a second one would ask twice.
    connect((data) =>
      merge(
        timer(LOADING_AFTER_MS).pipe(
          map(() => empty),
          takeUntil(data),
        ),
        data,
      ),
    ),
  );
}

/** What a request asks, whatever its time range: a later range of the same questions continues the picture. */
function keyOf({ targets }: DataQueryRequest): string {
  return JSON.stringify(targets);
}

function combine(empty: PanelData, packets: DataQueryResponse[]): PanelData {
  const frames: DataFrame[] = packets.flatMap(({ data }) => data.map((frame) => toDataFrame(frame)));
  const errors = packets.flatMap(({ errors: several, error }) => several ?? error ?? []);
  const isAnnotation = (frame: DataFrame) => frame.meta?.dataTopic === DataTopic.Annotations;
  const request = empty.request === undefined ? {} : { request: { ...empty.request, endTime: Date.now() } };
  return {
    ...empty,
    ...request,
    series: frames.filter((frame) => !isAnnotation(frame)),
    annotations: frames.filter(isAnnotation),
    state: stateOf(packets, errors.length > 0),
    ...(errors[0] === undefined ? {} : { error: errors[0], errors }),
  };
}

function stateOf(packets: DataQueryResponse[], failed: boolean): LoadingState {
  const states = packets.map(({ state }) => state ?? LoadingState.Done);
  for (const pending of [LoadingState.Loading, LoadingState.Streaming]) {
    if (states.includes(pending)) {
      return pending;
    }
  }
  return failed ? LoadingState.Error : LoadingState.Done;
}
