import { ApiError } from '../errors.ts';

/** Thrown when a body cannot be decoded: not protobuf, or not compressed as it says. Nothing of it is stored. */
export class OtlpMalformedError extends ApiError {
  override readonly name = 'OtlpMalformedError';
  constructor(detail: string) {
    super({ code: 'otlp-malformed', detail });
  }
}

/** Thrown when a body is JSON and no ExportTraceServiceRequest. Nothing of it is stored. */
export class OtlpInvalidError extends ApiError {
  override readonly name = 'OtlpInvalidError';
  constructor(field: string, detail: string) {
    super({ code: 'invalid', detail, field });
  }
}

/** Thrown when a body is made of more parts than are looked at, however small they are. Nothing of it is stored. */
export class OtlpTooManyError extends ApiError {
  override readonly name = 'OtlpTooManyError';
  constructor(most: number) {
    super({ code: 'body-too-large', detail: `the request has more than ${most} spans, attributes and events` });
  }
}

/** Thrown when a body is compressed in another way than OTLP has it. Nothing of it is read. */
export class OtlpEncodingError extends ApiError {
  override readonly name = 'OtlpEncodingError';
  constructor(encoding: string) {
    super({
      code: 'unsupported-media-type',
      detail: `content-encoding must be gzip or identity, not ${encoding.slice(0, 100)}`,
    });
  }
}
