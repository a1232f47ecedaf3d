import type { FrameJson, Query } from '@faultline/contracts';
import { FaultlineError } from '../errors.ts';
import type { FaultlineQuery } from '../types.ts';

/** The time range of a request, in ms since the epoch, and for how many points there is room: the panel's width. */
interface Asked {
  from: number;
  to: number;
  maxDataPoints?: number | undefined;
}

/** One type of query: what it is called, what it asks, and how its answer is read. All of it is pure. */
export interface QueryDefinition<Q extends FaultlineQuery = FaultlineQuery> {
  type: Q['type'];
  label: string;
  description: string;
  /** Whether there is anything to ask: a query that is still being written is not run. */
  isComplete(query: Q): boolean;
  /** The same query with its template variables replaced. */
  interpolate(query: Q, replace: (text: string) => string): Q;
  /** Body of `POST /api/v1/query`. Throws {@link FaultlineError} `query-incomplete`, saying what to put in. */
  toRequest(query: Q, asked: Asked): Query;
  /** The frames of the answer, with the query's `refId`. Throws {@link FaultlineError} `answer-*`. */
  toFrames(json: unknown, refId: string): FrameJson[];
}

export function incomplete(message: string): FaultlineError {
  return new FaultlineError({ code: 'query-incomplete', message });
}
