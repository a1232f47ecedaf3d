const MESSAGES = {
  BMC_UNREACHABLE: 'does not answer',
  BMC_TIMEOUT: 'does not answer in time',
  BMC_TLS: 'shows a certificate that is not trusted',
  BMC_UNAUTHORIZED: 'refuses the user name or password',
  BMC_FORBIDDEN: 'does not let this user read',
  BMC_NOT_FOUND: 'does not have it',
  BMC_STATUS: 'answers with an error',
  BMC_BAD_ANSWER: 'gives an answer that cannot be read',
  BMC_TOO_LARGE: 'gives an answer that is too large',
} as const;

/**
 * Thrown when the BMC does not deliver something. What it would have said is unknown then: it does not mean that a part is missing
 * or broken.
 */
export class BmcError extends Error {
  override readonly name = 'BmcError';

  /** `what` is a resource's path or a program, never anything secret. */
  constructor(
    readonly code: keyof typeof MESSAGES,
    readonly what: string,
    detail?: string,
    options?: ErrorOptions,
  ) {
    super(`the BMC ${MESSAGES[code]}: ${what}${detail === undefined ? '' : ` (${detail})`}`, options);
  }
}
