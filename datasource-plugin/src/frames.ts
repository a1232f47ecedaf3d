import type { FrameJson } from '@faultline/contracts';
import { FaultlineError } from './errors.ts';

/**
 * Reads `{ frames: [...] }` and keeps the named frames, in that order, each marked with the query's `refId`.
 * Throws {@link FaultlineError} `answer-not-json` or `answer-malformed`, naming what is wrong, so that no half-read frame
 * reaches a panel. Frames that were not asked for are dropped: a newer OMS may send more.
 */
export function readFrames(json: unknown, names: readonly string[], refId: string): FrameJson[] {
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

function checked(frame: unknown, name: string, refId: string): FrameJson {
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
  return { schema: { ...schema, refId }, data: { values } };
}

function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}

function malformed(what: string): FaultlineError {
  return new FaultlineError({
    code: 'answer-malformed',
    message: `The OMS's answer cannot be drawn: ${what}. Its version may not fit this plugin's.`,
  });
}
