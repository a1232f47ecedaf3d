import type { FrameFieldJson, FrameJson, FrameNotice } from '@faultline/contracts';

const FIELD_TYPES: Record<string, FrameFieldJson['type']> = {
  time: 'time',
  timeEnd: 'time',
  changed: 'time',
  cpu: 'number',
  cpuMin: 'number',
  cpuMax: 'number',
  count: 'number',
  failed: 'number',
  confidence: 'number',
  reached: 'boolean',
  occurrences: 'number',
  seq: 'number',
  vms: 'number',
  important: 'boolean',
  lastSeen: 'time',
  operatorAt: 'time',
  operatorUntil: 'time',
  parent: 'number',
};

const FIELD_CONFIGS: Record<string, NonNullable<FrameFieldJson['config']>> = {
  cpu: { displayName: 'CPU', unit: 'percent', min: 0, max: 100 },
  cpuMin: { displayName: 'CPU min', unit: 'percent', min: 0, max: 100 },
  cpuMax: { displayName: 'CPU max', unit: 'percent', min: 0, max: 100 },
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
  notices?: FrameNotice[];
}): FrameJson {
  const { name, fields, rows, custom, notices = [] } = options;
  const meta = {
    ...(custom === undefined ? {} : { custom: { ...custom } }),
    ...(notices.length === 0 ? {} : { notices }),
  };
  return {
    schema: {
      name,
      ...(Object.keys(meta).length === 0 ? {} : { meta }),
      fields: fields.map((field) => ({
        name: field,
        type: FIELD_TYPES[field] ?? 'string',
        ...(FIELD_CONFIGS[field] === undefined ? {} : { config: FIELD_CONFIGS[field] }),
      })),
    },
    data: { values: fields.map((field) => rows.map((row) => row[field] ?? null)) },
  };
}
