import type { TraceKeyValuePair, TraceSpanRow } from '@grafana/data';
import { frameOf, rowsOf, textOf, type ShownField, type ShownFrame } from '../frames.ts';

type Row = Record<string, unknown>;

// As `TraceSpanRow` of @grafana/data has them; times and durations are ms.
const FIELDS: ShownField[] = [
  { name: 'traceID', type: 'string' },
  { name: 'spanID', type: 'string' },
  { name: 'parentSpanID', type: 'string' },
  { name: 'operationName', type: 'string' },
  { name: 'serviceName', type: 'string' },
  { name: 'serviceTags', type: 'other' },
  { name: 'startTime', type: 'number' },
  { name: 'duration', type: 'number' },
  { name: 'tags', type: 'other' },
  { name: 'statusCode', type: 'number' },
  { name: 'statusMessage', type: 'string' },
  { name: 'warnings', type: 'other' },
];

/** OpenTelemetry's codes, which Grafana shows. */
const STATUS = { unset: 0, ok: 1, error: 2 } as const;

/** The span of the operation itself. Hops are spans of their `seq`. */
const ROOT = 'operation';

/**
 * An operation as a trace of Grafana's own trace view (A26, A29): the operation is the root, each hop a span of the party that it
 * goes to, under the hop that caused it. A hop without a time has no place on the time axis: a warning on the root tells of it.
 */
export function operationTrace(headline: ShownFrame, hops: ShownFrame): ShownFrame {
  const [operation] = rowsOf(headline);
  const told = rowsOf(hops);
  const placed = told.filter(({ time }) => typeof time === 'number');
  const spans =
    operation === undefined ? [] : [rootOf(operation, told), ...placed.map((hop) => spanOf(hop, operation, placed))];
  return frameOf(
    headline,
    { name: 'trace', meta: { preferredVisualisationType: 'trace' }, fields: FIELDS },
    spans.map((span) => ({ ...span })),
  );
}

function rootOf(operation: Row, hops: readonly Row[]): TraceSpanRow {
  const unplaced = hops.filter(({ time }) => typeof time !== 'number');
  return {
    traceID: textOf(operation['id']),
    spanID: ROOT,
    parentSpanID: undefined,
    operationName: `${textOf(operation['kind'])} ${textOf(operation['vmName'])}`,
    serviceName: textOf(operation['source']),
    serviceTags: tagsOf(operation, ['source']),
    ...timesOf(operation, hops),
    tags: [
      ...tagsOf(operation, ['id', 'kind', 'vm', 'vmName', 'initiator', 'result', 'cause']),
      ...errorTag(operation),
    ],
    ...statusOf(operation),
    warnings: unplaced.map(
      ({ seq, message, observed, result }) =>
        `Hop ${textOf(seq)} has no time (${observed === 'missing' ? 'missing' : textOf(result)}): ${textOf(message)}`,
    ),
  };
}

function spanOf(hop: Row, operation: Row, placed: readonly Row[]): TraceSpanRow {
  const role = textOf(hop['toRole']);
  const node = textOf(hop['toNode']);
  return {
    traceID: textOf(operation['id']),
    spanID: textOf(hop['seq']),
    parentSpanID: parentOf(hop, placed),
    operationName: textOf(hop['message']),
    serviceName: node === '' ? role : `${role} ${node}`,
    serviceTags: tagsOf({ role, node }, ['role', 'node']),
    ...timesOf(hop, []),
    tags: [
      ...tagsOf(hop, ['fromRole', 'fromNode', 'toRole', 'toNode', 'direction', 'result', 'cause', 'observed']),
      ...errorTag(hop),
    ],
    ...statusOf(hop),
    warnings: [],
  };
}

/** The hop that caused it, where that has a span; a span whose parent is missing would stand outside the trace. */
function parentOf({ parent }: Row, placed: readonly Row[]): string {
  return parent !== null && placed.some(({ seq }) => seq === parent) ? textOf(parent) : ROOT;
}

/** What has not ended, or of which nobody told the end, is a moment; an operation lasts at least as long as its hops. */
function timesOf({ time, timeEnd }: Row, within: readonly Row[]): { startTime: number; duration: number } {
  const startTime = typeof time === 'number' ? time : 0;
  const ends = [timeEnd, ...within.flatMap((hop) => [hop['time'], hop['timeEnd']])].filter(
    (end): end is number => typeof end === 'number',
  );
  return { startTime, duration: Math.max(0, Math.max(startTime, ...ends) - startTime) };
}

const isFailure = ({ result }: Row): boolean => result === 'failed' || result === 'timeout';

/** The tag that Grafana's trace view paints red. */
const errorTag = (row: Row): TraceKeyValuePair[] => (isFailure(row) ? [{ key: 'error', value: true }] : []);

function statusOf(row: Row): { statusCode: number; statusMessage: string } {
  const isOk = row['result'] === 'ok';
  return {
    statusCode: isFailure(row) ? STATUS.error : isOk ? STATUS.ok : STATUS.unset,
    statusMessage: textOf(row['cause']),
  };
}

/** Tags of what is known. */
function tagsOf(row: Row, names: readonly string[]): TraceKeyValuePair[] {
  return names.flatMap((key) => {
    const value = row[key];
    return value === null || value === undefined || value === '' ? [] : [{ key, value }];
  });
}
