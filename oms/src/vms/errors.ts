import { ApiError } from '../errors.ts';

/** Thrown for a text that is no address of the kind that is asked for. */
export class AddressInvalidError extends ApiError {
  override readonly name = 'AddressInvalidError';
  constructor(text: string, field: string) {
    super({ code: 'address-invalid', detail: `${JSON.stringify(text)} is no address that a VM can have`, field });
  }
}
