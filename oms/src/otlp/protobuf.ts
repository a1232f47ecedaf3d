/**
 * The part of OTLP's protobuf messages that is read, by the numbers that opentelemetry-proto v1.9.0 gives its fields
 * (opentelemetry/proto/{collector/trace,trace,resource,common}/v1/*.proto, Apache-2.0). Everything else is skipped.
 */
import protobuf from 'protobufjs/minimal.js';
import { OtlpMalformedError, OtlpTooManyError } from './errors.ts';
import { exceptionIn, msOfNanos, STATUS_CODE_ERROR, type Span } from './span.ts';

const { Reader, Writer } = protobuf;
type Reader = protobuf.Reader;

/** Messages of any kind in one request: an empty one takes two bytes on the wire and a hundred times that in memory. */
const MAX_MESSAGES = 200_000;

/** Wire types. */
const Wire = { varint: 0, fixed64: 1, bytes: 2 } as const;

/** How one field is read into the thing that its message becomes. */
type Field<T> = [wire: number, read: (source: Source, into: T) => void];
type Fields<T> = Readonly<Record<number, Field<T>>>;

class Source {
  readonly #reader: Reader;
  #messages = 0;

  constructor(body: Uint8Array) {
    this.#reader = Reader.create(body);
  }

  /** Reads what is left as one message. */
  rest<T>(fields: Fields<T>, into: T): T {
    return this.#until(this.#reader.len, fields, into);
  }

  /** Reads a message that stands in another one. */
  message<T>(fields: Fields<T>, into: T): T {
    this.#messages += 1;
    if (this.#messages > MAX_MESSAGES) throw new OtlpTooManyError(MAX_MESSAGES);
    const length = this.#reader.uint32();
    const end = this.#reader.pos + length;
    if (end > this.#reader.len) throw new OtlpMalformedError('the body ends within a message');
    return this.#until(end, fields, into);
  }

  text(): string {
    return this.#reader.string();
  }

  hex(): string {
    return Buffer.from(this.#reader.bytes()).toString('hex');
  }

  enumeration(): number {
    return this.#reader.int32();
  }

  nanos(): number {
    const low = BigInt(this.#reader.fixed32());
    return msOfNanos((BigInt(this.#reader.fixed32()) << 32n) | low);
  }

  #until<T>(end: number, fields: Fields<T>, into: T): T {
    const reader = this.#reader;
    while (reader.pos < end) {
      const tag = reader.uint32();
      const [wire, number] = [tag & 7, tag >>> 3];
      const field = fields[number];
      if (field === undefined) reader.skipType(wire);
      else if (field[0] === wire) field[1](this, into);
      else throw new OtlpMalformedError(`field ${number} is of wire type ${wire}`);
    }
    if (reader.pos !== end) throw new OtlpMalformedError('a message is longer than what it stands in');
    return into;
  }
}

interface AnyValue {
  text?: string;
}
/** Only texts: nothing that is asked of an attribute is of another type. */
const ANY_VALUE: Fields<AnyValue> = { 1: [Wire.bytes, (source, into) => (into.text = source.text())] };

interface KeyValue {
  key: string;
  value: AnyValue;
}
const KEY_VALUE: Fields<KeyValue> = {
  1: [Wire.bytes, (source, into) => (into.key = source.text())],
  2: [Wire.bytes, (source, into) => (into.value = source.message(ANY_VALUE, {}))],
};

function attribute(source: Source, into: Map<string, string>): void {
  const { key, value } = source.message<KeyValue>(KEY_VALUE, { key: '', value: {} });
  if (value.text !== undefined) into.set(key, value.text);
}

interface Resource {
  attributes: Map<string, string>;
}
const RESOURCE: Fields<Resource> = {
  1: [
    Wire.bytes,
    (source, into) => {
      attribute(source, into.attributes);
    },
  ],
};

interface Event {
  name: string;
  attributes: Map<string, string>;
}
const EVENT: Fields<Event> = {
  2: [Wire.bytes, (source, into) => (into.name = source.text())],
  3: [
    Wire.bytes,
    (source, into) => {
      attribute(source, into.attributes);
    },
  ],
};

interface Status {
  message: string;
  code: number;
}
const STATUS: Fields<Status> = {
  2: [Wire.bytes, (source, into) => (into.message = source.text())],
  3: [Wire.varint, (source, into) => (into.code = source.enumeration())],
};

type ReadSpan = Omit<Span, 'attributes'> & { attributes: Map<string, string> };
const SPAN: Fields<ReadSpan> = {
  1: [Wire.bytes, (source, into) => (into.traceId = source.hex())],
  2: [Wire.bytes, (source, into) => (into.spanId = source.hex())],
  4: [Wire.bytes, (source, into) => (into.parentSpanId = source.hex())],
  5: [Wire.bytes, (source, into) => (into.name = source.text())],
  7: [Wire.fixed64, (source, into) => (into.started = source.nanos())],
  8: [Wire.fixed64, (source, into) => (into.ended = source.nanos())],
  9: [
    Wire.bytes,
    (source, into) => {
      attribute(source, into.attributes);
    },
  ],
  11: [
    Wire.bytes,
    (source, into) => {
      const { name, attributes } = source.message(EVENT, { name: '', attributes: new Map() });
      into.exception = exceptionIn(name, attributes) || into.exception;
    },
  ],
  15: [
    Wire.bytes,
    (source, into) => {
      const { code, message } = source.message(STATUS, { code: 0, message: '' });
      into.failed = code === STATUS_CODE_ERROR;
      into.statusMessage = message;
    },
  ],
};

interface ResourceSpans {
  resource: Resource;
  spans: ReadSpan[];
}
const SCOPE_SPANS: Fields<ResourceSpans> = {
  2: [
    Wire.bytes,
    (source, { resource, spans }) => {
      const span: ReadSpan = {
        traceId: '',
        spanId: '',
        parentSpanId: '',
        name: '',
        started: 0,
        ended: 0,
        attributes: new Map(),
        resource: resource.attributes,
        failed: false,
        statusMessage: '',
        exception: '',
      };
      spans.push(source.message(SPAN, span));
    },
  ],
};
const RESOURCE_SPANS: Fields<ResourceSpans> = {
  1: [
    Wire.bytes,
    (source, into) => {
      source.message(RESOURCE, into.resource);
    },
  ],
  2: [
    Wire.bytes,
    (source, into) => {
      source.message(SCOPE_SPANS, into);
    },
  ],
};
const TRACES_REQUEST: Fields<Span[]> = {
  1: [
    Wire.bytes,
    (source, into) => {
      const resource: Resource = { attributes: new Map() };
      const { spans } = source.message(RESOURCE_SPANS, { resource, spans: [] });
      for (const span of spans) into.push(span);
    },
  ],
};

/**
 * The spans of an `ExportTraceServiceRequest`.
 *
 * @throws OtlpMalformedError, OtlpTooManyError
 */
export function spansFromProtobuf(body: Uint8Array): Span[] {
  try {
    return new Source(body).rest(TRACES_REQUEST, []);
  } catch (error) {
    if (error instanceof OtlpTooManyError || error instanceof OtlpMalformedError) throw error;
    throw new OtlpMalformedError(`the body is no protobuf: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** An `ExportTraceServiceResponse`; its `partial_success` is set where spans were rejected, and only then. */
export function protobufAnswer(rejected: number, message: string): Uint8Array {
  const writer = Writer.create();
  if (rejected > 0) {
    writer.uint32((1 << 3) | Wire.bytes).fork();
    writer.uint32((1 << 3) | Wire.varint).int64(rejected);
    writer.uint32((2 << 3) | Wire.bytes).string(message);
    writer.ldelim();
  }
  return writer.finish();
}

/** A `google.rpc.Status` with, where the request was wrong, a `google.rpc.BadRequest` in its details. */
export function protobufStatus(code: number, message: string, violation: Violation | null): Uint8Array {
  const writer = Writer.create()
    .uint32((1 << 3) | Wire.varint)
    .int32(code)
    .uint32((2 << 3) | Wire.bytes)
    .string(message);
  if (violation === null) return writer.finish();
  const { field, description, reason } = violation;
  writer.uint32((3 << 3) | Wire.bytes).fork();
  writer.uint32((1 << 3) | Wire.bytes).string(BAD_REQUEST);
  writer
    .uint32((2 << 3) | Wire.bytes)
    .fork()
    .uint32((1 << 3) | Wire.bytes)
    .fork();
  writer.uint32((1 << 3) | Wire.bytes).string(field);
  writer.uint32((2 << 3) | Wire.bytes).string(description);
  writer.uint32((3 << 3) | Wire.bytes).string(reason);
  return writer.ldelim().ldelim().ldelim().finish();
}

/** `google.rpc.BadRequest.FieldViolation`. */
export interface Violation {
  field: string;
  description: string;
  /** In capitals, as google/rpc/error_details.proto asks for. */
  reason: string;
}
export const BAD_REQUEST = 'type.googleapis.com/google.rpc.BadRequest';
