/** A token cannot be made, listed or revoked as it was asked. The message is the one line that the operator reads. */
export class TokenError extends Error {
  override readonly name = 'TokenError';
  readonly code: 'no-store' | 'token-exists' | 'token-unknown';

  constructor(code: TokenError['code'], message: string) {
    super(message);
    this.code = code;
  }
}
