import { LoadingState, type DataFrame, type DataQueryError, type DataQueryResponse } from '@grafana/data';
import { toFaultlineError } from './errors.ts';

/** What one target came to: its frames, or why there are none. */
export interface TargetOutcome {
  frames: DataFrame[];
  error?: DataQueryError | undefined;
  /** It will be asked again by itself. */
  isLive?: boolean;
}

/** What the targets came to so far, by their places; `expected` is how many there are. */
export function toResponse(expected: number, outcomes: ReadonlyMap<number, TargetOutcome>): DataQueryResponse {
  // In the order of the targets, however the answers came in.
  const inOrder = [...outcomes].sort(([a], [b]) => a - b).map(([, outcome]) => outcome);
  const errors = inOrder.flatMap(({ error }) => error ?? []);
  return {
    data: inOrder.flatMap(({ frames }) => frames),
    state: stateOf(inOrder, { isWhole: outcomes.size === expected, hasFailed: errors.length > 0 }),
    ...(errors.length > 0 ? { errors } : {}),
  };
}

function stateOf(
  outcomes: readonly TargetOutcome[],
  { isWhole, hasFailed }: { isWhole: boolean; hasFailed: boolean },
): LoadingState {
  if (!isWhole) {
    return LoadingState.Loading;
  }
  if (hasFailed) {
    return LoadingState.Error;
  }
  return outcomes.some(({ isLive }) => isLive === true) ? LoadingState.Streaming : LoadingState.Done;
}

/** An error as Grafana shows it on the query: the message with its code. */
export function toQueryError(reason: unknown, refId: string): DataQueryError {
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
