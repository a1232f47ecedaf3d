import {
  dataFrameFromJSON,
  DataSourceApi,
  LoadingState,
  type DataFrame,
  type DataFrameJSON,
  type DataQueryError,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceInstanceSettings,
  type MetricFindValue,
  type ScopedVars,
  type TestDataSourceResponse,
} from '@grafana/data';
import { getBackendSrv, getTemplateSrv, type BackendSrvRequest } from '@grafana/runtime';
import { catchError, defer, from, lastValueFrom, map, merge, of, scan, throwError, type Observable } from 'rxjs';
import { FaultlineError, fromFailedFetch } from './errors.ts';
import { assess, readStatus } from './health.ts';
import { definitionOf } from './queries/index.ts';
import type { FaultlineOptions, FaultlineQuery } from './types.ts';
import { readVariableQuery, readVariableValues, variableUrl } from './variables.ts';
import { readVms, vmsUrl } from './vms.ts';

/** What one target came to: its frames, or why there are none. */
interface TargetOutcome {
  frames: DataFrame[];
  error?: DataQueryError;
}

/** The OMS as a Grafana data source. It holds no state: the OMS keeps the records, Grafana the range and variables. */
export class FaultlineDataSource extends DataSourceApi<FaultlineQuery, FaultlineOptions> {
  private readonly baseUrl: string;

  constructor(settings: DataSourceInstanceSettings<FaultlineOptions>) {
    super(settings);
    this.baseUrl = (settings.url ?? '').replace(/\/+$/, '');
  }

  override getDefaultQuery(): Partial<FaultlineQuery> {
    return { type: 'timeline', vm: '' };
  }

  override filterQuery(query: FaultlineQuery): boolean {
    return query.hide !== true && isComplete(query);
  }

  override getQueryDisplayText(query: FaultlineQuery): string {
    return `${query.type} ${query.type === 'timeline' ? query.vm : query.id}`;
  }

  override interpolateVariablesInQueries(queries: FaultlineQuery[], scopedVars: ScopedVars): FaultlineQuery[] {
    return queries.map((query) => interpolate(query, scopedVars));
  }

  /**
   * Asks each target by itself, so that one that fails or is slow leaves the others drawn. Unsubscribing aborts what is
   * still under way.
   */
  override query(request: DataQueryRequest<FaultlineQuery>): Observable<DataQueryResponse> {
    const targets = request.targets.filter((target) => this.filterQuery(target));
    if (targets.length === 0) {
      return of({ data: [], state: LoadingState.Done });
    }
    return merge(
      ...targets.map((target, index) => this.ask(target, request).pipe(map((outcome) => ({ index, outcome })))),
    ).pipe(
      scan((outcomes, { index, outcome }) => new Map(outcomes).set(index, outcome), new Map<number, TargetOutcome>()),
      map((outcomes) => toResponse(targets.length, outcomes)),
    );
  }

  /** Values of a template variable: VMs, hosts, users or projects. Rejects with {@link FaultlineError}. */
  override async metricFindQuery(saved?: unknown, options?: { scopedVars?: ScopedVars }): Promise<MetricFindValue[]> {
    const url = variableUrl(readVariableQuery(saved), (text) => getTemplateSrv().replace(text, options?.scopedVars));
    return readVariableValues(await lastValueFrom(this.fetch({ url })));
  }

  /** The VMs that bear every word of `search`, for the query editor. Rejects with {@link FaultlineError}. */
  async vms(search: string): Promise<ReturnType<typeof readVms>> {
    return readVms(await lastValueFrom(this.fetch({ url: vmsUrl(search) })));
  }

  override async testDatasource(): Promise<TestDataSourceResponse> {
    const askedAt = Date.now();
    try {
      const status = readStatus(await lastValueFrom(this.fetch({ url: '/api/v1/status' })));
      return assess(status, { askedAt, answeredAt: Date.now() });
    } catch (reason) {
      const error = toFaultlineError(reason);
      return {
        status: 'error',
        message: error.message,
        details: { message: error.message, verboseMessage: error.code },
      };
    }
  }

  private ask(target: FaultlineQuery, request: DataQueryRequest<FaultlineQuery>): Observable<TargetOutcome> {
    return defer(() => {
      const query = interpolate(target, request.scopedVars);
      const definition = definitionOf(query);
      const { range, maxDataPoints } = request;
      const body = definition.toRequest(query, { from: range.from.valueOf(), to: range.to.valueOf(), maxDataPoints });
      const options = {
        url: '/api/v1/query',
        method: 'POST',
        data: body,
        requestId: `${request.requestId}-${query.refId}`,
      };
      return this.fetch(options).pipe(
        map((json) => ({
          frames: definition.toFrames(json, query.refId).map((frame) => dataFrameFromJSON(frame as DataFrameJSON)),
        })),
      );
    }).pipe(catchError((reason: unknown) => of({ frames: [], error: toQueryError(reason, target.refId) })));
  }

  private fetch(options: BackendSrvRequest): Observable<unknown> {
    const url = `${this.baseUrl}${options.url}`;
    return from(getBackendSrv().fetch<unknown>({ ...options, url, showErrorAlert: false })).pipe(
      map(({ data }) => data),
      catchError((reason: unknown) => throwError(() => fromFailedFetch(reason, url))),
    );
  }
}

function isComplete(query: FaultlineQuery): boolean {
  try {
    return definitionOf(query).isComplete(query);
  } catch {
    // An unknown type is run, so that its error reaches the person instead of an empty panel.
    return true;
  }
}

function interpolate(query: FaultlineQuery, scopedVars: ScopedVars): FaultlineQuery {
  return definitionOf(query).interpolate(query, (text) => getTemplateSrv().replace(text, scopedVars));
}

function toResponse(expected: number, outcomes: Map<number, TargetOutcome>): DataQueryResponse {
  // In the order of the targets, however the answers came in.
  const inOrder = [...outcomes].sort(([a], [b]) => a - b).map(([, outcome]) => outcome);
  const errors = inOrder.flatMap(({ error }) => error ?? []);
  return {
    data: inOrder.flatMap(({ frames }) => frames),
    state: outcomes.size < expected ? LoadingState.Loading : errors.length > 0 ? LoadingState.Error : LoadingState.Done,
    ...(errors.length > 0 ? { errors } : {}),
  };
}

function toQueryError(reason: unknown, refId: string): DataQueryError {
  const { message, code, status } = toFaultlineError(reason);
  const text = `${message} [${code}]`;
  return {
    refId,
    message: text,
    statusText: code,
    data: { message: text, error: code },
    ...(status === undefined ? {} : { status }),
  };
}

function toFaultlineError(reason: unknown): FaultlineError {
  if (reason instanceof FaultlineError) {
    return reason;
  }
  const message = reason instanceof Error ? reason.message : String(reason);
  return new FaultlineError({ code: 'query-failed', message, cause: reason });
}
