import type { AlarmLevel, OperationResult } from '@faultline/contracts';
import type { DataFrameType, QueryResultMeta } from '@grafana/data';
import { frameOf, rowsOf, textOf, type ShownField, type ShownFrame } from '../frames.ts';

type Row = Record<string, unknown>;

/** Grafana's words for how bad a line is: `LogLevel` of @grafana/data. */
type Severity = 'critical' | 'error' | 'warning' | 'info' | 'unknown';

// As https://grafana.com/developers/dataplane/logs has them.
const FIELDS: ShownField[] = [
  { name: 'timestamp', type: 'time' },
  { name: 'body', type: 'string' },
  { name: 'severity', type: 'string' },
  { name: 'id', type: 'string' },
  { name: 'labels', type: 'other' },
];

/** One line of a log. `id` is unique among the lines. */
interface Line {
  timestamp: number;
  body: string;
  severity: Severity;
  id: string;
  labels: Record<string, string>;
}

const RESULTS: Record<OperationResult, Severity> = {
  failed: 'error',
  timeout: 'error',
  cancelled: 'warning',
  running: 'info',
  ok: 'info',
};

const LEVELS: Record<AlarmLevel, Severity> = {
  critical: 'critical',
  major: 'error',
  minor: 'warning',
  warning: 'warning',
  indeterminate: 'unknown',
};

/** Operations as lines of a log, one each. */
export function operationListLogs(list: ShownFrame): ShownFrame {
  return logFrame(
    list,
    rowsOf(list).map((row) => headlineOf(row)),
  );
}

/**
 * One operation as lines of a log (A29): its headline, then a line for each hop in their order, the failed one with its cause in
 * parentheses. A hop without a time stands at the time of the one before it, and says so.
 */
export function operationLogs(headline: ShownFrame, hops: ShownFrame): ShownFrame {
  const [operation] = rowsOf(headline);
  if (operation === undefined) {
    return logFrame(headline, []);
  }
  const first = headlineOf(operation);
  const lines = [first];
  for (const hop of rowsOf(hops)) {
    const before = lines.at(-1)?.timestamp ?? first.timestamp;
    lines.push(lineOfHop(hop, { id: first.id, before }));
  }
  return logFrame(headline, lines);
}

/** Alarms as lines of a log, one each. */
export function alarmListLogs(list: ShownFrame): ShownFrame {
  return logFrame(
    list,
    rowsOf(list).map((row) => ({
      timestamp: Number(row['time']),
      body: `${textOf(row['name'])} on ${subjectOf(row)}: ${textOf(row['cause'])}`,
      severity: LEVELS[row['level'] as AlarmLevel] ?? 'unknown',
      id: textOf(row['id']),
      labels: labelsOf(row, [
        'id',
        'level',
        'category',
        'vmName',
        'vm',
        'host',
        'source',
        'operatorState',
        'suppressed',
      ]),
    })),
  );
}

/** As A29 has it: who did what to which VM, with what result. */
function headlineOf(row: Row): Line {
  const cause = textOf(row['cause']);
  return {
    timestamp: Number(row['time']),
    body: `${textOf(row['initiator'])}: ${textOf(row['kind'])} ${textOf(row['vmName'])}, ${textOf(row['result'])}${cause === '' ? '' : ` (${cause})`}`,
    severity: RESULTS[row['result'] as OperationResult] ?? 'unknown',
    id: textOf(row['id']),
    labels: labelsOf(row, ['id', 'kind', 'result', 'initiator', 'vmName', 'vm', 'host', 'source']),
  };
}

function lineOfHop(hop: Row, { id, before }: { id: string; before: number }): Line {
  const { time, result, cause, observed } = hop;
  const isPlaced = typeof time === 'number';
  const unplaced = observed === 'missing' ? 'missing, ' : result === 'skipped' ? 'not reached, ' : 'no time told, ';
  const reason = textOf(cause);
  return {
    timestamp: isPlaced ? time : before,
    body: `${isPlaced ? '' : unplaced}${textOf(hop['message'])}${reason === '' ? '' : ` (${reason})`}`,
    severity: result === 'failed' || result === 'timeout' ? 'error' : 'info',
    id: `${id}#${textOf(hop['seq'])}`,
    labels: labelsOf(hop, ['seq', 'fromRole', 'fromNode', 'toRole', 'toNode', 'direction', 'result', 'observed']),
  };
}

/** The VM where an alarm is of one, and the host. */
function subjectOf({ vmName, host }: Row): string {
  return vmName === null ? textOf(host) : `${textOf(vmName)} (${textOf(host)})`;
}

function labelsOf(row: Row, names: readonly string[]): Record<string, string> {
  const known = names.filter((name) => row[name] !== null && row[name] !== undefined && row[name] !== '');
  return Object.fromEntries(known.map((name) => [name, textOf(row[name])]));
}

function logFrame(origin: ShownFrame, lines: readonly Line[]): ShownFrame {
  const type: `${DataFrameType.LogLines}` = 'log-lines';
  const meta: QueryResultMeta = {
    type: type as DataFrameType,
    typeVersion: [0, 0],
    preferredVisualisationType: 'logs',
  };
  return frameOf(
    origin,
    { name: 'logs', meta, fields: FIELDS },
    lines.map((line) => ({ ...line })),
  );
}
