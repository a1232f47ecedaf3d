/** What OTLP/HTTP answers, in the encoding of the request: see the OTLP specification, "OTLP/HTTP Response". */
import type { Problem } from '@faultline/contracts';
import { BAD_REQUEST, protobufAnswer, protobufStatus, type Violation } from './protobuf.ts';

export const PROTOBUF = 'application/x-protobuf';
export const JSON_TYPE = 'application/json';

/** The encoding of an answer, which is that of the request; of a request in neither, JSON. */
export function encodingOf(contentType: string | undefined): typeof PROTOBUF | typeof JSON_TYPE {
  return contentType?.split(';')[0]?.trim().toLowerCase() === PROTOBUF ? PROTOBUF : JSON_TYPE;
}

/** @param reasons why spans were rejected, by how many there were of each */
export function acceptedAnswer(encoding: string, reasons: ReadonlyMap<string, number>): Buffer {
  const rejected = [...reasons.values()].reduce((sum, count) => sum + count, 0);
  const message = [...reasons].map(([reason, count]) => `${count}: ${reason}`).join('; ');
  if (encoding === PROTOBUF) return Buffer.from(protobufAnswer(rejected, message));
  const partialSuccess = { rejectedSpans: String(rejected), errorMessage: message };
  return Buffer.from(JSON.stringify(rejected > 0 ? { partialSuccess } : {}));
}

/** google.rpc.Code, by HTTP status. */
const RPC_CODES: Record<number, number> = { 400: 3, 401: 16, 403: 7, 404: 5, 409: 9, 413: 8, 415: 3, 429: 8, 503: 14 };
const RPC_INTERNAL = 13;

/** A problem as OTLP's clients read it: its code begins the message, and is the reason where the request was wrong. */
export function refusedAnswer(encoding: string, { status, code, detail, field = '' }: Problem): Buffer {
  const rpcCode = RPC_CODES[status] ?? RPC_INTERNAL;
  const message = `${code}: ${detail}`;
  const reason = code.toUpperCase().replaceAll('-', '_');
  const violation: Violation | null = status < 500 ? { field, description: detail, reason } : null;
  if (encoding === PROTOBUF) return Buffer.from(protobufStatus(rpcCode, message, violation));
  const details = violation === null ? [] : [{ '@type': BAD_REQUEST, fieldViolations: [violation] }];
  return Buffer.from(JSON.stringify({ code: rpcCode, message, details }));
}
