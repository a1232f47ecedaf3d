/**
 * A Grafana data frame in its JSON form (`DataFrameJSON` of `@grafana/data`): what the OMS answers and both plugins read.
 * Written out here because contracts may import nothing of Grafana's.
 */
export interface FrameJson {
  schema: {
    name: string;
    refId?: string;
    meta?: { custom?: Record<string, unknown> };
    fields: FrameFieldJson[];
  };
  data: { values: unknown[][] };
}

export interface FrameFieldJson {
  name: string;
  type: 'time' | 'number' | 'string' | 'boolean';
  config?: { displayName?: string; unit?: string; min?: number; max?: number };
}
