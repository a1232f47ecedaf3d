import type { PlainFrame } from '../timeline/frames.ts';

/** An operation with its message flow, as the detail query answers it (contracts, DETAIL_FRAMES). */
export interface OperationRecord {
  id: string;
  vmName: string;
  kind: string;
  initiator: string;
  time: number;
  timeEnd: number | null;
  result: string;
  cause: string;
  source: string;
  hops: HopRecord[];
}

export interface HopRecord {
  seq: number;
  from: Party;
  to: Party;
  message: string;
  direction: string;
  time: number | null;
  timeEnd: number | null;
  result: string;
  cause: string;
  /** `missing`: the flow has this hop, the source did not tell of it. */
  observed: string;
}

export interface Party {
  role: string;
  node: string;
}

export interface AlarmRecord {
  id: string;
  key: string;
  name: string;
  category: string;
  level: string;
  cause: string;
  details: [string, string][];
  vmName: string;
  host: string;
  time: number;
  changed: number | null;
  timeEnd: number | null;
  occurrences: number;
  source: string;
  /** What people made of it; null where the data source does not tell. */
  operator: AlarmOperator | null;
  /** What keeps Alertmanager from notifying of it: silenced, inhibited; empty where nothing does. */
  suppressed: string;
  /** Ids of the silences, and fingerprints of the alerts that inhibit it, parted by spaces. */
  silencedBy: string;
  inhibitedBy: string;
}

export interface AlarmOperator {
  /** none, acknowledged, shelved, closed */
  state: string;
  by: string;
  at: number | null;
  note: string;
  until: number | null;
}

/** The record of the `operation` frame's only row, with the hops of the `hops` frame; null when there is none. */
export function operationFromFrames(frames: readonly PlainFrame[]): OperationRecord | null {
  const [row] = rowsOf(frames, 'operation');
  if (!row) {
    return null;
  }
  return {
    id: row.text('id'),
    vmName: row.text('vmName') || row.text('vm'),
    kind: row.text('kind'),
    initiator: row.text('initiator'),
    time: row.number('time') ?? 0,
    timeEnd: row.number('timeEnd'),
    result: row.text('result'),
    cause: row.text('cause'),
    source: row.text('source'),
    hops: rowsOf(frames, 'hops')
      .map((hop, i): HopRecord => ({
        seq: hop.number('seq') ?? i,
        from: { role: hop.text('fromRole') || '?', node: hop.text('fromNode') },
        to: { role: hop.text('toRole') || '?', node: hop.text('toNode') },
        message: hop.text('message'),
        direction: hop.text('direction'),
        time: hop.number('time'),
        timeEnd: hop.number('timeEnd'),
        result: hop.text('result') || 'unknown',
        cause: hop.text('cause'),
        observed: hop.text('observed'),
      }))
      .sort((a, b) => a.seq - b.seq),
  };
}

/** The record of the `alarm` frame's only row; null when there is none. */
export function alarmFromFrames(frames: readonly PlainFrame[]): AlarmRecord | null {
  const [row] = rowsOf(frames, 'alarm');
  if (!row) {
    return null;
  }
  return {
    id: row.text('id'),
    key: row.text('key'),
    name: row.text('name'),
    category: row.text('category'),
    level: row.text('level'),
    cause: row.text('cause'),
    details: detailsOf(row.text('details')),
    vmName: row.text('vmName') || row.text('vm'),
    host: row.text('host'),
    time: row.number('time') ?? 0,
    changed: row.number('changed'),
    timeEnd: row.number('timeEnd'),
    occurrences: row.number('occurrences') ?? 1,
    source: row.text('source'),
    operator:
      row.text('operatorState') === ''
        ? null
        : {
            state: row.text('operatorState'),
            by: row.text('operatorBy'),
            at: row.number('operatorAt'),
            note: row.text('operatorNote'),
            until: row.number('operatorUntil'),
          },
    suppressed: row.text('suppressed'),
    silencedBy: row.text('silencedBy'),
    inhibitedBy: row.text('inhibitedBy'),
  };
}

/** What an alarm's card says under the names that rules use for it in details. */
const ON_THE_CARD = [
  'id',
  'name',
  'category',
  'level',
  'cause',
  'host',
  'source',
] as const satisfies (keyof AlarmRecord)[];

/**
 * The details an alarm's card does not say already: without those that repeat one of its fields, by name or, for its cause, by value.
 * Names with the same value share a row.
 */
export function furtherDetails(alarm: AlarmRecord): [names: string, value: string][] {
  const said = new Set(ON_THE_CARD.map((field) => `${field} ${alarm[field]}`));
  const namesOf = new Map<string, string[]>();
  for (const [name, value] of alarm.details) {
    if (value !== '' && value !== alarm.cause && !said.has(`${name} ${value}`)) {
      namesOf.set(value, [...(namesOf.get(value) ?? []), name]);
    }
  }
  return [...namesOf].map(([value, names]) => [names.join(', '), value]);
}

/** What the result of a hop is to its reader: a hop nobody told of is neither a failed nor a good one. */
export function shownResult(hop: HopRecord): string {
  return hop.observed === 'missing' ? 'missing' : hop.result;
}

interface Row {
  text(field: string): string;
  number(field: string): number | null;
}

function rowsOf(frames: readonly PlainFrame[], name: string): Row[] {
  const frame = frames.find((candidate) => candidate.name === name);
  const length = Math.max(0, ...(frame?.fields ?? []).map((field) => field.values.length));
  return Array.from({ length }, (_, i): Row => {
    const at = (field: string) => frame?.fields.find((candidate) => candidate.name === field)?.values[i];
    return {
      text: (field) => {
        const value = at(field);
        return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
      },
      number: (field) => {
        const value = at(field);
        return typeof value === 'number' && Number.isFinite(value) ? value : null;
      },
    };
  });
}

/** A JSON object of strings; what is not one is shown as it came, under its field's name. */
function detailsOf(json: string): [string, string][] {
  if (json === '') {
    return [];
  }
  try {
    const parsed: unknown = JSON.parse(json);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) {
      return Object.entries(parsed).map(([key, value]) => [
        key,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]);
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) {
      throw error;
    }
  }
  return [['details', json]];
}
