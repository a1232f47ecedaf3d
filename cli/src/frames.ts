import type { FrameJson } from '@faultline/contracts';

export type Row = Record<string, unknown>;

/** A data frame's rows as objects, keyed by the names of its fields. */
export function rowsOf(frames: readonly FrameJson[], name: string): Row[] {
  const frame = frames.find(({ schema }) => schema.name === name);
  if (frame === undefined) return [];
  const { schema, data } = frame;
  return (data.values[0] ?? []).map((_, row) =>
    Object.fromEntries(schema.fields.map((field, column) => [field.name, data.values[column]?.[row] ?? null])),
  );
}
