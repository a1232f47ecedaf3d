/**
 * The part of OTLP's JSON messages that is read: protobuf's JSON mapping, but ids in hex and enumerations as numbers (OTLP
 * specification, "JSON Protobuf Encoding"). Unknown fields are ignored, and null is as good as absent.
 */
import { Type, type Static, type TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { OtlpInvalidError } from './errors.ts';
import { exceptionIn, msOfNanos, STATUS_CODE_ERROR, type Attributes, type Span } from './span.ts';

const field = <T extends TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]));
const list = <T extends TSchema>(schema: T) => field(Type.Array(schema));

/** 64-bit integers are texts, and may be numbers. */
const UInt64 = Type.Union([Type.String({ pattern: '^[0-9]{1,20}$' }), Type.Integer({ minimum: 0 })]);

/** Only texts: nothing that is asked of an attribute is of another type. */
const KeyValue = Type.Object({
  key: field(Type.String()),
  value: field(Type.Object({ stringValue: field(Type.String()) })),
});
type KeyValue = Static<typeof KeyValue>;

const JsonSpan = Type.Object({
  traceId: field(Type.String()),
  spanId: field(Type.String()),
  parentSpanId: field(Type.String()),
  name: field(Type.String()),
  startTimeUnixNano: field(UInt64),
  endTimeUnixNano: field(UInt64),
  attributes: list(KeyValue),
  events: list(Type.Object({ name: field(Type.String()), attributes: list(KeyValue) })),
  status: field(Type.Object({ message: field(Type.String()), code: field(Type.Integer()) })),
});
type JsonSpan = Static<typeof JsonSpan>;

const TracesRequest = Type.Object({
  resourceSpans: list(
    Type.Object({
      resource: field(Type.Object({ attributes: list(KeyValue) })),
      scopeSpans: list(Type.Object({ spans: list(JsonSpan) })),
    }),
  ),
});

/**
 * The spans of an `ExportTraceServiceRequest`.
 *
 * @throws OtlpInvalidError naming the first field that is wrong
 */
export function spansFromJson(body: unknown): Span[] {
  if (!Value.Check(TracesRequest, body)) {
    const [error] = Value.Errors(TracesRequest, body).toSorted((a, b) => b.instancePath.length - a.instancePath.length);
    const path = error?.instancePath ?? '';
    throw new OtlpInvalidError(path, `${path === '' ? 'the body' : path} ${error?.message ?? 'is invalid'}`);
  }
  return (body.resourceSpans ?? []).flatMap(({ resource, scopeSpans }) => {
    const attributes = attributesOf(resource?.attributes);
    return (scopeSpans ?? []).flatMap(({ spans }) => (spans ?? []).map((span) => spanOf(span, attributes)));
  });
}

function spanOf(span: JsonSpan, resource: Attributes): Span {
  const exceptions = (span.events ?? []).map(({ name, attributes }) =>
    exceptionIn(name ?? '', attributesOf(attributes)),
  );
  return {
    traceId: (span.traceId ?? '').toLowerCase(),
    spanId: (span.spanId ?? '').toLowerCase(),
    parentSpanId: (span.parentSpanId ?? '').toLowerCase(),
    name: span.name ?? '',
    started: msOfNanos(BigInt(span.startTimeUnixNano ?? 0)),
    ended: msOfNanos(BigInt(span.endTimeUnixNano ?? 0)),
    attributes: attributesOf(span.attributes),
    resource,
    failed: span.status?.code === STATUS_CODE_ERROR,
    statusMessage: span.status?.message ?? '',
    exception: exceptions.findLast((text) => text !== '') ?? '',
  };
}

function attributesOf(pairs: readonly KeyValue[] | null | undefined): Attributes {
  const attributes = new Map<string, string>();
  for (const { key, value } of pairs ?? []) {
    const text = value?.stringValue ?? null;
    if (text !== null) attributes.set(key ?? '', text);
  }
  return attributes;
}
