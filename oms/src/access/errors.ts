import type { UserRole } from '@faultline/contracts';
import { ApiError } from '../errors.ts';
import type { Access } from './declare.ts';

/** Thrown when a route is not for everyone and nobody is known to ask: there is no token, or none that is good. */
export class UnauthorizedError extends ApiError {
  override readonly name = 'UnauthorizedError';
  constructor(detail: string) {
    super({ code: 'unauthorized', detail });
  }
}

/** Thrown when it is known who asks, and that one may not. */
export class ForbiddenError extends ApiError {
  override readonly name = 'ForbiddenError';
  constructor(role: UserRole, access: Access) {
    super({ code: 'forbidden', detail: `this takes a token with the role ${access}; this one has the role ${role}` });
  }
}
