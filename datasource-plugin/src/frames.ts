import type { FrameFieldJson, FrameJson } from '@faultline/contracts';
import type { FieldConfig, QueryResultMeta } from '@grafana/data';
import { FaultlineError } from './errors.ts';

/** A frame as it goes to Grafana: one of the OMS's, or one that was made of it in a shape of Grafana's. */
export interface ShownFrame {
  schema: { name: string; refId: string; meta?: QueryResultMeta; fields: ShownField[] };
  data: { values: unknown[][] };
}

export interface ShownField {
  name: string;
  /** `other` are objects and lists, which only Grafana's own shapes have. */
  type: FrameFieldJson['type'] | 'other';
  config?: FieldConfig;
}

/** A frame's rows, by the names of its fields. */
export function rowsOf({ schema, data }: ShownFrame): Array<Record<string, unknown>> {
  return (data.values[0] ?? []).map((_, row) =>
    Object.fromEntries(schema.fields.map(({ name }, column) => [name, data.values[column]?.[row] ?? null])),
  );
}

/** A frame in a shape of Grafana's, of rows; it keeps the notices of the frame that it is made of. */
export function frameOf(
  { schema }: ShownFrame,
  { name, meta, fields }: { name: string; meta: QueryResultMeta; fields: ShownField[] },
  rows: ReadonlyArray<Record<string, unknown>>,
): ShownFrame {
  const notices = schema.meta?.notices;
  return {
    schema: {
      name,
      refId: schema.refId,
      meta: { ...meta, ...(notices === undefined ? {} : { notices }) },
      fields,
    },
    data: { values: fields.map((field) => rows.map((row) => row[field.name] ?? null)) },
  };
}

/** A value of a row as text; nothing known is no text. */
export const textOf = (value: unknown): string => (value === null || value === undefined ? '' : String(value));

/**
 * Reads `{ frames: [...] }` and keeps the named frames, in that order, each marked with the query's `refId`.
 * Throws {@link FaultlineError} `answer-not-json` or `answer-malformed`, naming what is wrong, so that no half-read frame
 * reaches a panel. Frames that were not asked for are dropped: a newer OMS may send more.
 */
export function readFrames(json: unknown, names: readonly string[], refId: string): ShownFrame[] {
  const frames = framesOf(json);
  return names.map((name) => {
    const frame = frames.find((candidate) => nameOf(candidate) === name);
    if (frame === undefined) {
      throw malformed(`it has no frame "${name}"`);
    }
    return checked(frame, name, refId);
  });
}

function framesOf(json: unknown): unknown[] {
  if (typeof json !== 'object' || json === null) {
    throw new FaultlineError({
      code: 'answer-not-json',
      message: "The answer is not JSON: is the data source's URL the address of a Faultline OMS?",
    });
  }
  const frames = 'frames' in json ? json.frames : undefined;
  if (!Array.isArray(frames)) {
    throw malformed('it has no list of frames');
  }
  return frames;
}

function nameOf(frame: unknown): unknown {
  return record(record(frame)?.['schema'])?.['name'];
}

function checked(frame: unknown, name: string, refId: string): ShownFrame {
  const { schema, data } = frame as { schema: FrameJson['schema']; data?: Partial<FrameJson['data']> | null };
  const values = data?.values;
  if (!Array.isArray(schema.fields) || !Array.isArray(values)) {
    throw malformed(`frame "${name}" lacks its fields or its values`);
  }
  if (schema.fields.length !== values.length) {
    throw malformed(`frame "${name}" has ${schema.fields.length} fields and ${values.length} columns`);
  }
  const rows = Array.isArray(values[0]) ? values[0].length : 0;
  schema.fields.forEach((field, index) => {
    const column: unknown = values[index];
    if (typeof record(field)?.['name'] !== 'string' || !Array.isArray(column)) {
      throw malformed(`field ${index} of frame "${name}" has no name or no values`);
    }
    if (column.length !== rows) {
      throw malformed(`field "${field.name}" of frame "${name}" has ${column.length} values, not ${rows}`);
    }
  });
  return {
    schema: { ...schema, refId, meta: { ...schema.meta, preferredVisualisationType: shownAs(name) } },
    data: { values },
  };
}

/** In Explore everything is a table but the one line that there is: a count beside a time makes no line. */
const shownAs = (name: string): 'graph' | 'table' => (name === 'cpu' ? 'graph' : 'table');

function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}

function malformed(what: string): FaultlineError {
  return new FaultlineError({
    code: 'answer-malformed',
    message: `The OMS's answer cannot be drawn: ${what}. Its version may not fit this plugin's.`,
  });
}
