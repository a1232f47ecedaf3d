import type { FilteredList, NewsTopic, Query } from '@faultline/contracts';
import { FaultlineError } from '../errors.ts';
import type { AdHocFilter } from '../filters/adHoc.ts';
import type { ShownFrame } from '../frames.ts';
import type { FaultlineQuery, Format } from '../types.ts';

/** The template variables of a dashboard. */
export interface Variables {
  /** The text with its variables replaced. */
  one(text: string): string;
  /** The same, where a variable may hold several values. */
  all(text: string): string[];
}

/** The time range of a request, in ms since the epoch, for how many points there is room, and the dashboard's ad-hoc filters. */
export interface Asked {
  from: number;
  to: number;
  maxDataPoints?: number | undefined;
  adHoc?: readonly AdHocFilter[] | undefined;
}

/** Which news make it worth asking again: of these topics, of one VM or of any. */
export interface Followed {
  topics: readonly NewsTopic[];
  vm?: string | undefined;
}

/** One type of query: what it is called, what it asks, and how its answer is read. All of it is pure. */
export interface QueryDefinition<Q extends FaultlineQuery = FaultlineQuery> {
  type: Q['type'];
  label: string;
  description: string;
  /** The shapes that its answer can have, the usual one first. */
  formats: readonly Format[];
  /** Set of a list that can be filtered. */
  list?: FilteredList;
  /** Whether there is anything to ask: a query that is still being written is not run. */
  isComplete(query: Q): boolean;
  /** The same query with its template variables replaced. */
  interpolate(query: Q, variables: Variables): Q;
  /** Body of `POST /api/v1/query`. Throws {@link FaultlineError} `query-incomplete` or `filter-unsupported`, saying what to put in. */
  toRequest(query: Q, asked: Asked): Query;
  /** The frames of the answer, with the query's `refId`, in its format. Throws {@link FaultlineError} `answer-*`. */
  toFrames(json: unknown, query: Q): ShownFrame[];
  /** Absent: no news concern it. Takes an interpolated query. */
  follows?(query: Q): Followed;
  /** What the list of a dashboard's queries says of it. */
  toText(query: Q): string;
}

export function incomplete(message: string): FaultlineError {
  return new FaultlineError({ code: 'query-incomplete', message });
}

/** Throws `query-incomplete` for a format that the answers of this type do not have. */
export function checkFormat({ label, formats }: QueryDefinition, { format }: FaultlineQuery): void {
  if (format !== undefined && !formats.includes(format)) {
    throw incomplete(`${label} cannot be shown as ${format}; choose ${formats.join(' or ')}.`);
  }
}
