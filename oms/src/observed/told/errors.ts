import type { OperationRecord } from '@faultline/contracts';
import { ApiError } from '../../errors.ts';

/** Thrown when a record claims a source whose operations the OMS itself writes. Nothing of its batch is stored. */
export class OperationSourceError extends ApiError {
  override readonly name = 'OperationSourceError';
  constructor(field: string, source: string) {
    super({
      code: 'operation-source',
      detail: `${source} is the name of a source within the OMS`,
      field,
    });
  }
}

/** Thrown when source and id together are longer than an id may be. Nothing of its batch is stored. */
export class OperationIdTooLongError extends ApiError {
  override readonly name = 'OperationIdTooLongError';
  constructor(field: string, maxLength: number) {
    super({
      code: 'operation-id-too-long',
      detail: `${field} must have, with the source and a colon before it, at most ${maxLength} characters`,
      field,
    });
  }
}

/** Thrown for an operation whose times cannot be true. Nothing of its batch is stored. */
export class OperationTimesError extends ApiError {
  override readonly name = 'OperationTimesError';
  constructor(field: string, detail: string) {
    super({ code: 'operation-times', detail: `${field} ${detail}`, field });
  }
}

/** Thrown for an operation whose hops do not fit together. Nothing of its batch is stored. */
export class OperationHopsError extends ApiError {
  override readonly name = 'OperationHopsError';
  constructor(field: string, detail: string) {
    super({ code: 'operation-hops', detail: `${field} ${detail}`, field });
  }
}

/**
 * Thrown when the id is taken by another operation: one that began or ended otherwise, or one that was asked of the OMS under this very
 * id. The stored record is unchanged, and nothing of the batch is stored.
 */
export class OperationRecordConflictError extends ApiError {
  override readonly name = 'OperationRecordConflictError';
  constructor(field: string, { id, source }: Pick<OperationRecord, 'id' | 'source'>) {
    super({
      code: 'operation-id-conflict',
      detail: `${id} of ${source} is the id of another operation`,
      field,
    });
  }
}
