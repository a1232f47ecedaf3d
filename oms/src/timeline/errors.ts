import { ApiError } from '../errors.ts';

/** Thrown when a query's time range is empty, turned round, or longer than one answer can carry. */
export class RangeInvalidError extends ApiError {
  override readonly name = 'RangeInvalidError';
  constructor(message: string) {
    super({ status: 400, code: 'range-invalid', message, field: '/to' });
  }
}

/** Thrown when no alarm has this id. */
export class AlarmUnknownError extends ApiError {
  override readonly name = 'AlarmUnknownError';
  constructor(id: string) {
    super({ status: 404, code: 'alarm-unknown', message: `there is no alarm with the id ${id}`, field: '/id' });
  }
}

/** Thrown when no operation has this id. */
export class QueriedOperationUnknownError extends ApiError {
  override readonly name = 'QueriedOperationUnknownError';
  constructor(id: string) {
    super({ status: 404, code: 'operation-unknown', message: `there is no operation with the id ${id}`, field: '/id' });
  }
}
