import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { numberOf } from '../parse.ts';

/** One series of an answer; times are ms. */
export interface Series {
  labels: ReadonlyMap<string, string>;
  samples: { at: number; value: number }[];
}

type QueryErrorCode =
  'http-status' | 'answer-not-json' | 'answer-malformed' | 'answer-partial' | 'query-refused' | 'no-cycles';

/** Thrown when a question to the server brings no answer that can be relied on; `code` says why. It says nothing about any host. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
  readonly code: QueryErrorCode;
  constructor(code: QueryErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** What another program wrote is repeated in messages up to here. */
const SHOWN_CHARACTERS = 300;
const shown = (text: string): string => text.slice(0, SHOWN_CHARACTERS);

const MAX_LABELS = 64;
const Point = Type.Tuple([Type.Number(), Type.String({ maxLength: 40 })]);
const Labels = Type.Record(Type.String(), Type.String(), { maxProperties: MAX_LABELS });
const OUTLINE = {
  status: Type.Literal('success'),
  warnings: Type.Optional(Type.Union([Type.Array(Type.String()), Type.Null()])),
  /** VictoriaMetrics says so where some of its storage nodes did not answer. */
  isPartial: Type.Optional(Type.Boolean()),
};
const answerOf = <Result extends 'matrix' | 'vector', Row extends object>(resultType: Result, row: Row) =>
  Type.Object({
    ...OUTLINE,
    data: Type.Object({
      resultType: Type.Literal(resultType),
      result: Type.Array(Type.Object({ metric: Labels, ...row })),
    }),
  });
const Matrix = Compile(answerOf('matrix', { values: Type.Array(Point) }));
const Vector = Compile(answerOf('vector', { value: Point }));
const Refusal = Compile(Type.Object({ status: Type.Literal('error'), errorType: Type.String(), error: Type.String() }));

/**
 * Reads an answer of `/api/v1/query`: a matrix (raw samples of a range) or a vector (one value a series). `NaN` is no value.
 *
 * @throws QueryError where it is not such an answer, refuses, or says itself that it may be incomplete
 */
export function readAnswer(text: string, wanted: 'matrix' | 'vector'): Series[] {
  const json = jsonOf(text);
  if (json === undefined) throw new QueryError('answer-not-json', 'the server answered something that is not JSON');
  refuseRefusal(json);
  const rows = rowsOf(json, wanted);
  return rows.map(({ metric, values }) => ({
    labels: new Map(Object.entries(metric)),
    samples: values.flatMap(([seconds, written]) => {
      const value = numberOf(written);
      if (value === undefined || !Number.isFinite(seconds)) {
        throw new QueryError('answer-malformed', `the server sent a value that is no number: ${shown(written)}`);
      }
      return Number.isNaN(value) ? [] : [{ at: Math.round(seconds * 1000), value }];
    }),
  }));
}

function rowsOf(json: unknown, wanted: 'matrix' | 'vector') {
  if (wanted === 'matrix' && Matrix.Check(json)) {
    refusePartial(json);
    return json.data.result;
  }
  if (wanted === 'vector' && Vector.Check(json)) {
    refusePartial(json);
    return json.data.result.map(({ metric, value }) => ({ metric, values: [value] }));
  }
  throw new QueryError('answer-malformed', `the server's answer is not a ${wanted} of the Prometheus query API`);
}

/** @throws QueryError where the text is the API's way of refusing */
export function refuseRefusal(json: unknown): void {
  if (!Refusal.Check(json)) return;
  throw new QueryError('query-refused', `the server refuses: ${shown(`${json.errorType}: ${json.error}`)}`);
}

/** What is missing of a partial answer, nobody can tell: none of it is taken. */
function refusePartial({ warnings, isPartial }: { warnings?: string[] | null; isPartial?: boolean }): void {
  const [warning] = warnings ?? [];
  if (warning === undefined && isPartial !== true) return;
  throw new QueryError('answer-partial', `the server's answer may be incomplete: ${shown(warning ?? 'isPartial')}`);
}

/** Undefined where it is none. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
