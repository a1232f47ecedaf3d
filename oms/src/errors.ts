import { problemOf, PROBLEMS, type Problem, type ProblemCode } from '@faultline/contracts';

/**
 * An error that is answered over HTTP as a {@link Problem}, with the status that its code has in {@link PROBLEMS}. Every domain
 * names its own as subclasses, each saying when it is thrown; programs read `code`, people read the detail, which is the message.
 */
export class ApiError extends Error {
  override readonly name: string = 'ApiError';
  readonly code: ProblemCode;
  /** The field of the request that is wrong, as a JSON pointer. */
  readonly field: string | undefined;

  constructor({ code, detail, field }: { code: ProblemCode; detail: string; field?: string }) {
    super(detail);
    this.code = code;
    this.field = field;
  }

  get status(): number {
    return PROBLEMS[this.code].status;
  }

  toProblem(): Problem {
    return problemOf(this.code, { detail: this.message, field: this.field });
  }
}

/** Thrown when a request names a VM that no cycle and no report ever spoke of. */
export class VmUnknownError extends ApiError {
  override readonly name = 'VmUnknownError';
  constructor(uuid: string) {
    super({ code: 'vm-unknown', detail: `no VM with the UUID ${uuid} has ever been seen`, field: '/vm' });
  }
}

/** Thrown when records are sent to an OMS that shows a recorded incident: nothing is added to a recording. */
export class RecordingError extends ApiError {
  override readonly name = 'RecordingError';
  constructor() {
    super({ code: 'recording', detail: 'this OMS shows a recorded incident and takes no new records' });
  }
}

/** What a caught value says, with the cause that says more (`fetch failed: connect ECONNREFUSED`). */
export function messageOf(error: unknown): string {
  if (!hasMessage(error)) return String(error);
  // Node's word on a name with several addresses, none of which answered.
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ');
  const { cause } = error;
  return hasMessage(cause) && cause.message !== '' ? `${error.message}: ${cause.message}` : error.message;
}

/** By its shape: an error of another realm, such as `fetch` may throw, is no instance of our Error. */
function hasMessage(error: unknown): error is { message: string; cause?: unknown } {
  return typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string';
}
