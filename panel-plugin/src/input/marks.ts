import type { PlainField, PlainFrame } from '../timeline/frames.ts';
import { isText, isTime, timeField, timeFrom } from './columns.ts';
import { isNamed, queryOf, type MappingRow } from './mapping.ts';

/** One row of a table of events, a log or annotations. */
interface MarkRow {
  id: string;
  from: number;
  to: number | null;
  /** Whether the table tells ends at all. */
  ended: boolean;
  title: string;
  /** A word of severity or result; empty where there is none. */
  level: string;
  text: string;
  by: string;
}

/** Names of fields, in the order they are looked for. */
const ENDS = ['timeEnd', 'time_end', 'endTime', 'end', 'finished'];
const TITLES = ['title', 'name', 'alertname', 'kind', 'action', 'text', 'body', 'Line', 'message', 'summary'];
const LEVELS = ['level', 'severity', 'result', 'status', 'outcome', 'detected_level'];
const TEXTS = ['text', 'cause', 'reason', 'description', 'message', 'summary', 'body', 'Line'];
const ACTORS = ['initiator', 'user', 'login', 'actor'];
const IDS = ['id'];

/** Titles of logs are whole lines; a label need not hold more than this. */
const LONGEST_TITLE = 200;

/** Reads the rows of a table, a log or annotations, ordered by time. Rows without a time are counted as bad. */
export function markRows(
  row: MappingRow,
  frame: PlainFrame,
): { rows: MarkRow[]; bad: number; title: PlainField | null } {
  const time = timeField(frame);
  const fields = frame.fields.filter((field) => field !== time);
  const find = (names: string[]) =>
    names.map((name) => fields.find((field) => isNamed(field, name))).find((field) => field !== undefined);
  const ends = row.timeEnd ? find([row.timeEnd]) : (find(ENDS) ?? fields.find(isTime));
  const title = (row.field ? find([row.field]) : (find(TITLES) ?? fields.find(isText))) ?? null;
  const level = row.level ? find([row.level]) : find(LEVELS);
  const text = find(TEXTS.filter((name) => name !== title?.name));
  const by = find(ACTORS);
  const ids = find(IDS);
  // Logs have the level among the labels of each line.
  const labels = fields.find((field) => field.name === 'labels');
  if (!time || !title) {
    return { rows: [], bad: 0, title };
  }
  const rows: MarkRow[] = [];
  let bad = 0;
  for (let i = 0; i < time.values.length; i++) {
    const from = timeFrom(time.values[i]);
    if (from === null) {
      bad++;
      continue;
    }
    const to = ends ? timeFrom(ends.values[i]) : null;
    rows.push({
      id: wordOf(ids?.values[i]) || `${queryOf(frame)}:${from}:${wordOf(title.values[i])}:${i}`,
      from,
      // An end of 0 or before the begin is how annotations say that there is none.
      to: to !== null && to >= from ? to : null,
      ended: ends !== undefined,
      title: wordOf(title.values[i]).slice(0, LONGEST_TITLE) || '?',
      level: level ? wordOf(level.values[i]) : labelOf(labels?.values[i], LEVELS),
      text: wordOf(text?.values[i]),
      by: wordOf(by?.values[i]),
    });
  }
  return { rows: rows.sort((a, b) => a.from - b.from), bad, title };
}

function labelOf(labels: unknown, names: string[]): string {
  const all = typeof labels === 'object' && labels !== null ? (labels as Record<string, unknown>) : {};
  const name = names.find((one) => Object.hasOwn(all, one));
  return name ? wordOf(all[name]) : '';
}

function wordOf(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}
