import { Type, type Static } from 'typebox';

/** What a problem of one code always is: its HTTP status, and a title that does not change from one to the next. */
export interface ProblemKind {
  status: number;
  title: string;
  /** For what passes by itself: after how many seconds it is worth asking again. */
  retryAfterS?: number;
}

/**
 * Every code that an answer over HTTP may have, of the OMS and of the exporter. A code is never given another meaning; programs
 * read it, people read title and detail.
 */
export const PROBLEMS = {
  // Of any request.
  'bad-request': { status: 400, title: 'The request is no proper HTTP request' },
  'not-json': { status: 400, title: 'The body is not JSON' },
  invalid: { status: 400, title: 'The request is not in the form that is asked for' },
  'not-found': { status: 404, title: 'There is nothing at this address' },
  'method-not-allowed': { status: 405, title: 'This address does not answer this method' },
  'not-acceptable': { status: 406, title: 'The answer has none of the forms that are accepted' },
  'body-too-large': { status: 413, title: 'The body is larger than what is taken' },
  'too-late': { status: 408, title: 'The request did not arrive whole in time' },
  'uri-too-long': { status: 414, title: 'The address is longer than what is taken' },
  'too-many-requests': { status: 429, title: 'One caller asks more than is answered' },
  'unsupported-media-type': { status: 415, title: 'The body is of a type that is not taken' },
  'headers-too-large': { status: 431, title: 'The headers are larger than what is taken' },
  'cursor-invalid': { status: 400, title: 'The cursor is none that was given out' },
  internal: { status: 500, title: 'The server failed' },

  // Of who asks, and from where.
  unauthorized: { status: 401, title: 'Who asks is not known' },
  forbidden: { status: 403, title: 'Who asks may not do this' },
  'cross-origin': { status: 403, title: 'A page of another site may not ask this' },
  'host-not-allowed': { status: 421, title: 'The request was sent to a name that is not known to be ours' },

  // Of the server as a whole.
  recording: { status: 409, title: 'A recorded incident is shown' },
  'store-unavailable': { status: 503, title: 'The store does not answer', retryAfterS: 2 },
  'store-full': { status: 503, title: 'The store is full', retryAfterS: 30 },
  'too-slow': { status: 503, title: 'The answer took too long' },
  'no-performer': { status: 503, title: 'No OMS is there to perform it', retryAfterS: 2 },

  // VMs and their timelines.
  'address-invalid': { status: 400, title: 'This is no address of a VM' },
  'vm-unknown': { status: 404, title: 'There is no such VM' },
  'range-invalid': { status: 400, title: 'The time range cannot be answered' },

  // News.
  'too-many-listeners': { status: 503, title: 'Too many clients listen already', retryAfterS: 30 },

  // Reports and alarms.
  'report-times': { status: 400, title: 'The times of a report cannot be true' },
  'alarm-unknown': { status: 404, title: 'There is no such alarm' },
  'alarm-closed': { status: 409, title: 'The alarm is closed' },
  'alarm-cleared': { status: 409, title: 'The alarm is cleared' },
  'shelf-end': { status: 400, title: 'A shelf cannot end then' },

  // Fault reports.
  'fault-report-naming': { status: 400, title: 'The VM must be named in exactly one way' },
  'fault-report-vm-unknown': { status: 404, title: 'There is no VM of this name' },
  'fault-report-id-conflict': { status: 409, title: 'The id is that of another fault report' },
  'fault-report-unknown': { status: 404, title: 'There is no such fault report' },
  'fault-report-resolved': { status: 409, title: 'The fault report is of another VM' },

  // Operations.
  'operation-unknown': { status: 404, title: 'There is no such operation' },
  'operation-id-conflict': { status: 409, title: 'The id is that of another operation' },
  'operation-source': { status: 400, title: 'The source is one of which only the OMS itself writes' },
  'operation-id-too-long': { status: 400, title: 'The id is too long together with its source' },
  'operation-times': { status: 400, title: 'The times of an operation cannot be true' },
  'operation-hops': { status: 400, title: 'The hops of an operation do not fit together' },
  'otlp-malformed': { status: 400, title: 'The body is no OTLP request' },
  'vm-busy': { status: 409, title: 'Another operation is under way on the VM' },
  'vm-not-on-a-controlled-host': { status: 409, title: 'The host of the VM is not controlled from here' },
  'vm-exists': { status: 409, title: 'There is such a VM already' },
  'host-not-controlled': { status: 409, title: 'The host is not controlled from here' },
  'destination-not-controlled': { status: 409, title: 'The destination is not controlled from here' },
  'destination-is-source': { status: 409, title: 'The destination is where the VM is' },
  'destination-not-reachable': { status: 409, title: 'Other hosts have no way to the destination' },
  'definition-invalid': { status: 400, title: 'The definition is not that of the VM' },

  // Hosts.
  'host-unknown': { status: 404, title: 'There is no such host' },
  'host-not-isolated': { status: 409, title: 'The host is not isolated' },
  'isolation-over': { status: 400, title: 'The isolation would be over before it begins' },

  // The exporter.
  'not-ready': { status: 503, title: 'There is nothing to show yet' },
  'too-many-checks': { status: 503, title: 'Too many passwords wait to be checked' },
  'unknown-collector': { status: 400, title: 'There is no such collector' },
  'disabled-collector': { status: 400, title: 'The collector is switched off' },
  'collect-and-exclude': { status: 400, title: 'Collectors cannot be chosen and left out at once' },
} as const satisfies Record<string, ProblemKind>;
export type ProblemCode = keyof typeof PROBLEMS;

/** RFC 9457, section 3. */
export const PROBLEM_CONTENT_TYPE = 'application/problem+json';

/**
 * Every 4xx and 5xx answer over HTTP, as RFC 9457 has it. `type` is the code as a URI, `detail` says what happened this time, and
 * `field` is the field of the request that is wrong, as a JSON pointer, where there is one.
 */
export const Problem = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer({ minimum: 400, maximum: 599 }),
  detail: Type.String(),
  code: Type.Enum(Object.keys(PROBLEMS) as ProblemCode[]),
  field: Type.Optional(Type.String()),
});
export type Problem = Static<typeof Problem>;

/** What is said of one problem, beside what its code says already. */
export interface ProblemFacts {
  detail: string;
  field?: string | undefined;
}

/** The body of an answer with this code. */
export function problemOf(code: ProblemCode, { detail, field }: ProblemFacts): Problem {
  const { status, title } = PROBLEMS[code];
  const type = `urn:faultline:problem:${code}`;
  return { type, title, status, detail, code, ...(field === undefined ? {} : { field }) };
}
