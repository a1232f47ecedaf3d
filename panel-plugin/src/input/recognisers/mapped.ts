import type { PlainField, PlainFrame } from '../../timeline/frames.ts';
import type { ShownState } from '../../timeline/model.ts';
import { brokenBySilence, column, isNumber, isText, numberFrom, stepOf, timeField, timeFrom } from '../columns.ts';
import { defineRecogniser, type Finding, type Found, type ReadContext } from '../finding.ts';
import { domainState, stateOfWord } from '../libvirt.ts';
import { isAbout, isNamed, namesOf, queryOf, type MappingRow } from '../mapping.ts';
import { markRows } from '../marks.ts';
import { stretches, type Run } from '../runs.ts';
import { labelNames, partedByVm, vmOfLabels } from '../vm.ts';
import { levelOfWord, resultOfWord } from '../words.ts';

/** What the panel's options say a query or a field is, whatever data source it is from. */
export const mapped = defineRecogniser({
  id: 'mapping',
  read(frame, context) {
    const rows = context.mapping.filter((row) => isAbout(row, frame));
    if (rows.length === 0) {
      return null;
    }
    const query = queryOf(frame);
    const fields = frame.fields.map((field) => field.name);
    const time = timeField(frame);
    if (frame.fields.length === 0) {
      context.problems.add({ kind: 'empty-query', query });
      return [];
    }
    if (!time) {
      context.problems.add({ kind: 'no-time', query, fields });
      return [];
    }
    if (time.values.length === 0) {
      context.problems.add({ kind: 'empty-query', query });
      return [];
    }
    return partedByVm(frame).flatMap(({ vm, frame: part }) =>
      rows.flatMap((row) =>
        readRow(row, part, context).map(({ found, field }): Finding => {
          const own = vmOfLabels(field?.labels) ?? vm;
          return { ...found, query, by: 'mapping', vm: own, labels: labelNames(frame) };
        }),
      ),
    );
  },
});

interface FoundIn {
  found: Found;
  /** The field it was read from, where it is of one. */
  field?: PlainField;
}

function readRow(row: MappingRow, frame: PlainFrame, context: ReadContext): FoundIn[] {
  const time = timeField(frame) as PlainField;
  const query = queryOf(frame);
  for (const field of [row.timeEnd, row.level]) {
    if (field && !frame.fields.some((one) => isNamed(one, field))) {
      const fields = frame.fields.map((one) => one.name);
      context.problems.add({ kind: 'no-such-field', query, field, fields });
    }
  }
  if (row.as === 'operations' || row.as === 'alarms') {
    const found = marksOf(row.as, row, frame, context);
    return found ? [{ found }] : [];
  }
  const fits = (field: PlainField) => isNumber(field) || (row.as === 'state' && isText(field));
  const named = frame.fields.filter((field) => field !== time && fits(field) && isNamed(field, row.field));
  // A table of states has other columns too: without a name the first that says states in words is meant, else the first.
  const chosen =
    row.as === 'state' && !row.field ? [named.find(isText) ?? named[0]].filter((one) => one !== undefined) : named;
  if (chosen.length === 0) {
    const fields = frame.fields.map((one) => one.name);
    context.problems.add({ kind: 'no-field', query, as: row.as, fields });
  }
  return chosen.map((field) => ({
    field,
    found:
      row.as === 'state'
        ? { kind: 'runs', runs: runsOf(row, frame, time, field, context) }
        : seriesOf(row, time, field, query, context),
  }));
}

function seriesOf(row: MappingRow, time: PlainField, field: PlainField, query: string, context: ReadContext): Found {
  const { times, values, bad } = column(time, field, numberFrom);
  tellBadRows(bad, query, context);
  const stepMs = stepOf(times, time);
  const whole = brokenBySilence({ times, values }, stepMs);
  const name = namesOf(field).at(-1) ?? field.name;
  if (row.as === 'second') {
    return { kind: 'series', series: { name, unit: field.config?.unit ?? '', ...whole }, stepMs };
  }
  const unit = row.unit ?? field.config?.unit;
  if (!unit && highest(values) <= 1 && highest(values) > 0) {
    context.problems.add({ kind: 'ratio', query });
  }
  const factor = unit === 'percentunit' ? 100 : 1;
  return {
    kind: 'percent',
    name,
    times: whole.times,
    values: factor === 1 ? whole.values : whole.values.map((value) => value && value * factor),
    stepMs,
  };
}

function highest(values: readonly (number | null)[]): number {
  let most = -Infinity;
  for (const value of values) {
    most = value !== null && value > most ? value : most;
  }
  return most;
}

function runsOf(row: MappingRow, frame: PlainFrame, time: PlainField, field: PlainField, context: ReadContext): Run[] {
  const query = queryOf(frame);
  const read = stateReader(row);
  const tellUnknown = (word: string) => {
    context.problems.add({ kind: 'unknown-states', query, words: [word] });
  };
  const host = vmOfLabels(field.labels)?.instance ?? '';
  const ends = frame.fields.find((one) => isNamed(one, row.timeEnd ?? 'timeEnd'));
  if (ends) {
    return intervalRuns({ time, ends, field, host, read, tellUnknown, query }, context);
  }
  const { times, values, bad } = column(time, field, wordFrom);
  tellBadRows(bad, query, context);
  return stretches({ times, values }, stepOf(times, time)).map(({ from, to, value }) => {
    const said = read(value);
    if (said.drawn === 'unknown') {
      tellUnknown(value);
    }
    return { from, to, ...said, host, rank: 0 };
  });
}

interface IntervalFields {
  time: PlainField;
  ends: PlainField;
  field: PlainField;
  host: string;
  read(word: string): SaidState;
  tellUnknown(word: string): void;
  query: string;
}

/** Rows with a begin and an end; one without an end lasts until the next, or until now. */
function intervalRuns(fields: IntervalFields, context: ReadContext): Run[] {
  const runs: Run[] = [];
  let bad = 0;
  for (let i = 0; i < fields.time.values.length; i++) {
    const from = timeFrom(fields.time.values[i]);
    const word = wordFrom(fields.field.values[i]);
    if (from === null) {
      bad++;
    } else if (word !== null) {
      const said = fields.read(word);
      if (said.drawn === 'unknown') {
        fields.tellUnknown(word);
      }
      const to = timeFrom(fields.ends.values[i]);
      runs.push({ from, to: to ?? Infinity, ...said, host: fields.host, rank: 0 });
    }
  }
  tellBadRows(bad, fields.query, context);
  runs.sort((a, b) => a.from - b.from);
  for (const [i, run] of runs.entries()) {
    // As with our own frames, a later one cuts an earlier one it overlaps.
    run.to = Math.min(run.to, runs[i + 1]?.from ?? Infinity, Math.max(context.until, run.from));
  }
  return runs;
}

interface SaidState {
  drawn: ShownState;
  raw: string;
}

/** The state of a value: as the mapping says, else as the word does, else as libvirt's number does. Each word is looked up once. */
function stateReader(row: MappingRow): (word: string) => SaidState {
  const mapped = new Map((row.values ?? []).map(({ value, state }) => [value.trim().toLowerCase(), state]));
  const known = new Map<string, SaidState>();
  return (word) => {
    let said = known.get(word);
    if (!said) {
      const own = mapped.get(word.trim().toLowerCase());
      const raw = (own === undefined && /^\d$/.test(word) ? domainState(Number(word)) : null) ?? word;
      said = { drawn: own ?? stateOfWord(raw), raw };
      known.set(word, said);
    }
    return said;
  };
}

function wordFrom(value: unknown): string | null {
  return typeof value === 'string' && value !== ''
    ? value
    : typeof value === 'number' && Number.isFinite(value)
      ? String(value)
      : typeof value === 'boolean'
        ? value
          ? 'up'
          : 'down'
        : null;
}

function marksOf(as: 'operations' | 'alarms', row: MappingRow, frame: PlainFrame, context: ReadContext): Found | null {
  const { rows, bad, title } = markRows(row, frame);
  tellBadRows(bad, queryOf(frame), context);
  if (!title) {
    context.problems.add({
      kind: 'no-field',
      query: queryOf(frame),
      as,
      fields: frame.fields.map((field) => field.name),
    });
    return null;
  }
  return as === 'operations'
    ? {
        kind: 'operations',
        marks: rows.map(({ id, from, to, title, level, text, by }) => ({
          id,
          from,
          to,
          kind: title,
          initiator: by,
          result: resultOfWord(level),
          cause: text,
          told: [],
        })),
      }
    : {
        kind: 'alarms',
        marks: rows.map(({ id, from, to, ended, title, level, text }) => ({
          id,
          from,
          // Where nothing tells ends, an alarm is a moment, not one that lasts until now.
          to: ended ? to : from,
          name: title,
          category: '',
          level: levelOfWord(level),
          cause: text,
          occurrences: 1,
          operator: '',
          suppressed: '',
          told: [],
        })),
      };
}

function tellBadRows(count: number, query: string, { problems }: ReadContext): void {
  if (count > 0) {
    problems.add({ kind: 'bad-rows', query, count });
  }
}
