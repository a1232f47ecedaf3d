import {
  CoreApp,
  dataFrameFromJSON,
  DataSourceApi,
  type DataFrame,
  type DataFrameJSON,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceGetTagValuesOptions,
  type DataSourceInstanceSettings,
  type MetricFindValue,
  type ScopedVars,
  type TestDataSourceResponse,
} from '@grafana/data';
import { getBackendSrv, getTemplateSrv, type BackendSrvRequest } from '@grafana/runtime';
import type { FilterField } from '@faultline/contracts';
import {
  catchError,
  concat,
  defer,
  from,
  lastValueFrom,
  map,
  merge,
  of,
  scan,
  throwError,
  type Observable,
} from 'rxjs';
import { annotationSupport } from './annotations.ts';
import { mayAct } from './caller.ts';
import { fromFailedFetch, toFaultlineError } from './errors.ts';
import { withAdHoc, type AdHocFilter } from './filters/adHoc.ts';
import { allFields } from './filters/fields.ts';
import { offered, sourceOf } from './filters/values.ts';
import type { ShownFrame } from './frames.ts';
import { assess, readStatus } from './health.ts';
import { upToDate } from './migrations.ts';
import { askedAgain } from './news/askedAgain.ts';
import { NewsFeed } from './news/feed.ts';
import { endsNow, later, type WrittenRange } from './news/range.ts';
import { newsStream } from './news/stream.ts';
import { withIgnored } from './notices.ts';
import { checkFormat, type Followed } from './queries/definition.ts';
import { definitionOf } from './queries/index.ts';
import { toQueryError, toResponse, type TargetOutcome } from './response.ts';
import { withLinks } from './shapes/links.ts';
import { templateVariables } from './templateVariables.ts';
import type { FaultlineOptions, FaultlineQuery } from './types.ts';
import { readVariableQuery, readVariableValues, variableUrl } from './variables.ts';
import { readVms, vmsUrl } from './vms.ts';

const NOTHING: TargetOutcome = { frames: [] };

/** A live query is asked no more often than this (ms), whatever the news. */
const LIVE_REST_MS = 2_000;

/** The OMS as a Grafana data source. It holds no state but its stream of news: the OMS keeps the records, Grafana the range and variables. */
export class FaultlineDataSource extends DataSourceApi<FaultlineQuery, FaultlineOptions> {
  override annotations = annotationSupport;
  private readonly baseUrl: string;
  private readonly version: string | undefined;
  private readonly news: NewsFeed;

  constructor(settings: DataSourceInstanceSettings<FaultlineOptions>) {
    super(settings);
    this.baseUrl = (settings.url ?? '').replace(/\/+$/, '');
    this.version = settings.meta?.info?.version;
    this.news = new NewsFeed((vm) => newsStream(getBackendSrv(), this.baseUrl, vm));
  }

  override getDefaultQuery(app?: CoreApp): Partial<FaultlineQuery> {
    return app === CoreApp.Explore ? { type: 'operations', format: 'logs' } : { type: 'timeline', vm: '' };
  }

  override filterQuery(query: FaultlineQuery): boolean {
    return query.hide !== true && isComplete(query);
  }

  override getQueryDisplayText(query: FaultlineQuery): string {
    try {
      const read = upToDate(query);
      return definitionOf(read).toText(read);
    } catch (reason) {
      return toFaultlineError(reason).message;
    }
  }

  override interpolateVariablesInQueries(
    queries: FaultlineQuery[],
    scopedVars: ScopedVars,
    adHoc?: AdHocFilter[],
  ): FaultlineQuery[] {
    return queries.map((query) => {
      try {
        const read = interpolate(query, scopedVars);
        return withAdHoc(read, definitionOf(read).list, adHoc);
      } catch {
        // As it is: when it is asked, its error says what is wrong with it.
        return query;
      }
    });
  }

  /**
   * Asks each target by itself, so that one that fails or is slow leaves the others drawn. Unsubscribing aborts what is
   * still under way.
   */
  override query(request: DataQueryRequest<FaultlineQuery>): Observable<DataQueryResponse> {
    const targets = request.targets.filter((target) => this.filterQuery(target));
    if (targets.length === 0) {
      return of(toResponse(0, new Map()));
    }
    return merge(
      ...targets.map((target, index) => this.watch(target, request).pipe(map((change) => ({ index, change })))),
    ).pipe(
      scan(
        (outcomes, { index, change }) =>
          new Map(outcomes).set(index, { ...(outcomes.get(index) ?? NOTHING), ...change }),
        new Map<number, TargetOutcome>(),
      ),
      map((outcomes) => toResponse(targets.length, outcomes)),
    );
  }

  /** Values of a template variable: VMs, hosts, users and so on. Rejects with {@link FaultlineError}. */
  override async metricFindQuery(saved?: unknown, options?: { scopedVars?: ScopedVars }): Promise<MetricFindValue[]> {
    const { all } = templateVariables(getTemplateSrv(), options?.scopedVars);
    return this.variableValues(readVariableQuery(saved), all);
  }

  /** What a dashboard's ad-hoc filters can filter lists by. */
  override async getTagKeys(): Promise<MetricFindValue[]> {
    return allFields.map((field) => ({ text: field, value: field }));
  }

  /** The values of one of those, narrowed by the other filters. Rejects with {@link FaultlineError}. */
  override async getTagValues({
    key,
    filters,
  }: DataSourceGetTagValuesOptions<FaultlineQuery>): Promise<MetricFindValue[]> {
    const field = allFields.find((each) => each === key);
    return field === undefined ? [] : this.filterValues(field, filters);
  }

  /** The values that a field of lists can have, as far as they are known. Rejects with {@link FaultlineError}. */
  async filterValues(
    field: FilterField,
    others: readonly AdHocFilter[] = [],
  ): Promise<Array<{ text: string; value: string }>> {
    const source = sourceOf(field, others);
    return offered(field, 'words' in source ? source.words : await this.variableValues(source.query, (text) => [text]));
  }

  /**
   * Has the OMS act on an alarm, for the panel's drawer. `until` in ms. Rejects with {@link FaultlineError} saying why it was not done, as
   * with a token that may only read.
   */
  async actOnAlarm(id: string, { act, ...body }: { act: string; note?: string; until?: number }): Promise<void> {
    const url = `/api/v1/alarms/${encodeURIComponent(id)}/${encodeURIComponent(act)}`;
    await lastValueFrom(this.fetch({ url, method: 'POST', data: body }));
  }

  /** Whether the OMS lets this data source act. Rejects with {@link FaultlineError}. */
  async mayAct(): Promise<boolean> {
    return mayAct(await lastValueFrom(this.fetch({ url: '/api/v1/caller' })));
  }

  /** The VMs that bear every word of `search`, for the query editor. Rejects with {@link FaultlineError}. */
  async vms(search: string): Promise<ReturnType<typeof readVms>> {
    return readVms(await lastValueFrom(this.fetch({ url: vmsUrl(search) })));
  }

  override async testDatasource(): Promise<TestDataSourceResponse> {
    const askedAt = Date.now();
    try {
      const status = readStatus(await lastValueFrom(this.fetch({ url: '/api/v1/status' })));
      return assess(status, { askedAt, answeredAt: Date.now() }, this.version);
    } catch (reason) {
      const { message, code } = toFaultlineError(reason);
      return { status: 'error', message, details: { message, verboseMessage: code } };
    }
  }

  private async variableValues(
    query: ReturnType<typeof readVariableQuery>,
    expand: (text: string) => string[],
  ): Promise<Array<{ text: string; value: string }>> {
    return readVariableValues(await lastValueFrom(this.fetch({ url: variableUrl(query, expand) })));
  }

  /** What one target comes to, and comes to again as long as it is live. */
  private watch(target: FaultlineQuery, request: DataQueryRequest<FaultlineQuery>): Observable<Partial<TargetOutcome>> {
    const range: WrittenRange = {
      from: request.range.from.valueOf(),
      to: request.range.to.valueOf(),
      raw: request.range.raw,
    };
    const since = Date.now();
    const ask = () => this.ask(target, request, later(range, Date.now() - since));
    const followed = target.live === true && endsNow(range) ? followedBy(target, request.scopedVars) : undefined;
    if (followed === undefined) {
      return this.ask(target, request, range);
    }
    return concat(
      askedAgain(ask, this.news.follow(followed), LIVE_REST_MS).pipe(map((outcome) => ({ ...outcome, isLive: true }))),
      of({ isLive: false }),
    );
  }

  private ask(
    target: FaultlineQuery,
    request: DataQueryRequest<FaultlineQuery>,
    { from, to }: { from: number; to: number },
  ): Observable<TargetOutcome> {
    return defer(() => {
      const query = interpolate(target, request.scopedVars);
      const definition = definitionOf(query);
      checkFormat(definition, query);
      const { maxDataPoints, filters: adHoc } = request;
      const body = definition.toRequest(query, { from, to, maxDataPoints, adHoc });
      const options = {
        url: '/api/v1/query',
        method: 'POST',
        data: body,
        requestId: `${request.requestId}-${query.refId}`,
      };
      return this.fetch(options).pipe(
        map((json) => ({
          frames: this.toGrafana(withIgnored(definition.toFrames(json, query), definition, adHoc)),
          // A live query may have failed before.
          error: undefined,
        })),
      );
    }).pipe(catchError((reason: unknown) => of({ frames: [], error: toQueryError(reason, target.refId) })));
  }

  private toGrafana(frames: ShownFrame[]): DataFrame[] {
    return frames.map((frame) => dataFrameFromJSON(withLinks(frame, this) as DataFrameJSON));
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
    const read = upToDate(query);
    return definitionOf(read).isComplete(read);
  } catch {
    // What this version cannot read is run, so that its error reaches the person instead of an empty panel.
    return true;
  }
}

function interpolate(query: FaultlineQuery, scopedVars: ScopedVars): FaultlineQuery {
  const read = upToDate(query);
  return definitionOf(read).interpolate(read, templateVariables(getTemplateSrv(), scopedVars));
}

/** The news that a live query waits for; none where the query cannot be asked: its error says why. */
function followedBy(target: FaultlineQuery, scopedVars: ScopedVars): Followed | undefined {
  try {
    const query = interpolate(target, scopedVars);
    return definitionOf(query).follows?.(query);
  } catch {
    return undefined;
  }
}
