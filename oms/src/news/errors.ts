import { ApiError } from '../errors.ts';

/** Thrown when as many clients as are served at once listen to news already. */
export class TooManyListenersError extends ApiError {
  override readonly name = 'TooManyListenersError';
  constructor(limit: number) {
    super({
      code: 'too-many-listeners',
      detail: `${limit} clients listen to news already; ask again when some have gone`,
    });
  }
}
