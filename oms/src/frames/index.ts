import type { FrameFieldJson, FrameJson } from '@faultline/contracts';

const FIELD_TYPES: Record<string, FrameFieldJson['type']> = {
  time: 'time',
  timeEnd: 'time',
  changed: 'time',
  cpu: 'number',
  occurrences: 'number',
  seq: 'number',
  parent: 'number',
};

const FIELD_CONFIGS: Record<string, NonNullable<FrameFieldJson['config']>> = {
  cpu: { displayName: 'CPU', unit: 'percent', min: 0, max: 100 },
};

/**
 * A data frame from rows: one column for each name in `fields`, in that order. What a row does not have is null; a field's
 * type follows from its name, and is a string where the name says nothing else.
 */
export function frame<Field extends string>(options: {
  name: string;
  fields: readonly Field[];
  rows: Partial<Record<Field, unknown>>[];
  custom?: object;
}): FrameJson {
  const { name, fields, rows, custom } = options;
  return {
    schema: {
      name,
      ...(custom === undefined ? {} : { meta: { custom: { ...custom } } }),
      fields: fields.map((field) => ({
        name: field,
        type: FIELD_TYPES[field] ?? 'string',
        ...(FIELD_CONFIGS[field] === undefined ? {} : { config: FIELD_CONFIGS[field] }),
      })),
    },
    data: { values: fields.map((field) => rows.map((row) => row[field] ?? null)) },
  };
}
