import { ApiError } from '../errors.ts';

/** Thrown when a query's time range is empty, turned round, or longer than one answer can carry. */
export class RangeInvalidError extends ApiError {
  override readonly name = 'RangeInvalidError';
  constructor(detail: string) {
    super({ code: 'range-invalid', detail, field: '/to' });
  }
}

/** Thrown when no operation has this id. */
export class QueriedOperationUnknownError extends ApiError {
  override readonly name = 'QueriedOperationUnknownError';
  constructor(id: string) {
    super({ code: 'operation-unknown', detail: `there is no operation with the id ${id}`, field: '/id' });
  }
}
