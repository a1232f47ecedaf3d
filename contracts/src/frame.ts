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
