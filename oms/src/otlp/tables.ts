/** Tables of the domain `otlp`; times are ms. */
export interface OtlpTables {
  /** Spans that operations are made of: those of one trace come in several requests, in any order. */
  otlp_spans: {
    trace_id: string;
    span_id: string;
    received: number;
    /** 1 once an operation was made of its trace. */
    used: 0 | 1;
    /** A {@link ToldSpan} as JSON. */
    span: string;
  };
}
