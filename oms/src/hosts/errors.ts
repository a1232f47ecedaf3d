import { ApiError } from '../errors.ts';

/** Thrown for a host that this OMS neither controls, nor knows of any VM, nor ever isolated. */
export class HostUnknownError extends ApiError {
  override readonly name = 'HostUnknownError';
  constructor(host: string) {
    super({
      code: 'host-unknown',
      detail: `no host ${host} is controlled, and no VM was ever seen on one`,
      field: '/host',
    });
  }
}

/** Thrown when a host is to be put back into use that is in use. Nothing is changed. */
export class HostNotIsolatedError extends ApiError {
  override readonly name = 'HostNotIsolatedError';
  constructor(host: string) {
    super({ code: 'host-not-isolated', detail: `host ${host} is not isolated`, field: '/host' });
  }
}

/** Thrown for an isolation that would end before it begins. Nothing is changed. */
export class IsolationOverError extends ApiError {
  override readonly name = 'IsolationOverError';
  constructor(until: number) {
    super({ code: 'isolation-over', detail: `${new Date(until).toISOString()} is over already`, field: '/until' });
  }
}

/** Thrown when cycles are asked for in a range that ends before it begins. */
export class HostCyclesRangeError extends ApiError {
  override readonly name = 'HostCyclesRangeError';
  constructor() {
    super({ code: 'range-invalid', detail: 'the range ends before it begins', field: '/from' });
  }
}
