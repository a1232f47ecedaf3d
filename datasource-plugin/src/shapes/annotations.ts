import { frameOf, rowsOf, textOf, type ShownField, type ShownFrame } from '../frames.ts';

type Row = Record<string, unknown>;

// What Grafana reads of an annotation frame by itself.
const FIELDS: ShownField[] = [
  { name: 'time', type: 'time' },
  { name: 'timeEnd', type: 'time' },
  { name: 'title', type: 'string' },
  { name: 'text', type: 'string' },
  { name: 'tags', type: 'other' },
  { name: 'id', type: 'string' },
];

/** Operations as annotations: a region from begin to end, tagged by kind, result and VM. */
export function operationAnnotations(list: ShownFrame): ShownFrame {
  return annotations(list, (row) => ({
    title: `${textOf(row['kind'])} ${textOf(row['vmName'])}: ${textOf(row['result'])}`,
    text: sentence(`Asked for by ${textOf(row['initiator'])}`, row['cause']),
    tags: known([row['kind'], row['result'], row['vmName']]),
  }));
}

/** Alarms as annotations: a region from raised to cleared, tagged by level, category and VM or host. */
export function alarmAnnotations(list: ShownFrame): ShownFrame {
  return annotations(list, (row) => ({
    title: textOf(row['name']),
    text: sentence(`${textOf(row['level'])} on ${textOf(row['vmName'] ?? row['host'])}`, row['cause']),
    tags: known([row['level'], row['category'], row['vmName'] ?? row['host']]),
  }));
}

/** Verdicts as annotations: a moment each, tagged by fault. */
export function verdictAnnotations(frame: ShownFrame): ShownFrame {
  return annotations(frame, (row) => ({
    title: `Fault: ${textOf(row['fault'])}`,
    text: sentence(`Recommended: ${textOf(row['recommended'] ?? 'nothing')}. Done`, row['taken'] ?? 'nothing'),
    tags: known([row['fault']]),
  }));
}

function annotations(
  origin: ShownFrame,
  describe: (row: Row) => { title: string; text: string; tags: string[] },
): ShownFrame {
  const rows = rowsOf(origin).map((row) => ({
    time: row['time'],
    // What is not over has no end, and is a moment: Grafana makes a region only of what has one.
    timeEnd: row['timeEnd'],
    id: row['id'],
    ...describe(row),
  }));
  return frameOf(origin, { name: 'annotations', meta: {}, fields: FIELDS }, rows);
}

const sentence = (first: string, more: unknown): string => (textOf(more) === '' ? first : `${first}: ${textOf(more)}`);

const known = (values: readonly unknown[]): string[] => values.map(textOf).filter((value) => value !== '');
