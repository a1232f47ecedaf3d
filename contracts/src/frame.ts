import { Type } from 'typebox';

/**
 * A Grafana data frame in its JSON form (`DataFrameJSON` of `@grafana/data`): what the OMS answers and both plugins read.
 * Written out here because contracts may import nothing of Grafana's.
 */
export interface FrameJson {
  schema: {
    name: string;
    refId?: string;
    meta?: { custom?: Record<string, unknown>; notices?: FrameNotice[] };
    fields: FrameFieldJson[];
  };
  data: { values: unknown[][] };
}

/** What Grafana shows in the panel's corner: `QueryResultMetaNotice` of `@grafana/data`. */
export interface FrameNotice {
  severity: 'info' | 'warning' | 'error';
  text: string;
}

export interface FrameFieldJson {
  name: string;
  type: 'time' | 'number' | 'string' | 'boolean';
  config?: { displayName?: string; unit?: string; min?: number; max?: number };
}

/** The same as a schema. */
export const FrameJson = Type.Unsafe<FrameJson>(
  Type.Object({
    schema: Type.Object({
      name: Type.String(),
      refId: Type.Optional(Type.String()),
      meta: Type.Optional(Type.Object({ custom: Type.Optional(Type.Record(Type.String(), Type.Unknown())) })),
      fields: Type.Array(
        Type.Object({
          name: Type.String(),
          type: Type.Enum(['time', 'number', 'string', 'boolean']),
          config: Type.Optional(
            Type.Object({
              displayName: Type.Optional(Type.String()),
              unit: Type.Optional(Type.String()),
              min: Type.Optional(Type.Number()),
              max: Type.Optional(Type.Number()),
            }),
          ),
        }),
      ),
    }),
    data: Type.Object({ values: Type.Array(Type.Array(Type.Unknown()), { description: 'one list for each field' }) }),
  }),
);
