import type { Operation, OperationRequest } from '@faultline/contracts';
import { REFUSALS, type RefusalCode } from '../control/index.ts';
import { ApiError } from '../errors.ts';

/** Thrown when an id is used again for a different request. The first one's record is unchanged. */
export class OperationIdConflictError extends ApiError {
  override readonly name = 'OperationIdConflictError';
  constructor(stored: Operation, asked: OperationRequest) {
    super({
      code: 'operation-id-conflict',
      detail: `${asked.id} is the id of another request: ${stored.kind} of VM ${stored.vm.name} by ${stored.initiator}`,
      field: '/id',
    });
  }
}

/** Thrown when no operation has this id. It does not mean that one was lost: records are never deleted. */
export class OperationUnknownError extends ApiError {
  override readonly name = 'OperationUnknownError';
  constructor(id: string) {
    super({ code: 'operation-unknown', detail: `there is no operation with the id ${id}` });
  }
}

/** Thrown when nobody was asked to act; the refusal is recorded as a failed operation under the caller's id. */
export class OperationRefusedError extends ApiError {
  override readonly name = 'OperationRefusedError';
  constructor(code: RefusalCode, refused: Operation) {
    super({ code, detail: refused.cause ?? code, field: REFUSALS[code] });
  }
}

/** Thrown for a create whose definition is not the XML of one domain with the request's UUID. Nothing is recorded. */
export class DefinitionInvalidError extends ApiError {
  override readonly name = 'DefinitionInvalidError';
  constructor(why: string) {
    super({ code: 'definition-invalid', detail: `the XML cannot be used: ${why}`, field: '/definition/xml' });
  }
}
