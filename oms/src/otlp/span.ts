/** Attributes of a span or of the resource that sent it, as far as they are texts. */
export type Attributes = ReadonlyMap<string, string>;

/** What is read of an OTLP span, in whichever encoding it came. */
export interface Span {
  /** Lower-case hex; of any length, as it was sent. */
  traceId: string;
  spanId: string;
  /** Empty where it has none. */
  parentSpanId: string;
  name: string;
  /** ms; 0 where it was not told. */
  started: number;
  ended: number;
  attributes: Attributes;
  /** Of the resource: who sent it, from where. */
  resource: Attributes;
  /** Status ERROR. */
  failed: boolean;
  statusMessage: string;
  /** `exception.message` of its last exception event, else its `exception.type`; empty where there is none. */
  exception: string;
}

const NS_PER_MS = 1_000_000n;

export function msOfNanos(nanos: bigint): number {
  return Number(nanos / NS_PER_MS);
}

/** StatusCode of opentelemetry/proto/trace/v1/trace.proto. */
export const STATUS_CODE_ERROR = 2;

/** What an event tells of an exception: see OpenTelemetry's semantic conventions for exceptions. */
export function exceptionIn(name: string, attributes: Attributes): string {
  if (name !== 'exception') return '';
  return attributes.get('exception.message') ?? attributes.get('exception.type') ?? '';
}
