/** The longest part of a refused value that is repeated, in characters. */
const SHOWN_CHARACTERS = 200;

/**
 * A setting stops the start: unknown, not allowed, or contradicting another. The message is the one line that the operator
 * reads. It does not mean that the program is broken.
 */
export class BadSettingError extends Error {
  override readonly name = 'BadSettingError';
  readonly code = 'bad-setting';
  /** As the operator wrote it: `--data.dir`, or the name of the environment variable. */
  readonly key: string;

  constructor(key: string, message: string) {
    super(`${key}: ${message}`);
    this.key = key;
  }
}

/** A refused value as the operator reads it: quoted, bounded, and a URL without its user and password. */
function shown(text: string): string {
  return JSON.stringify(text.replace(/\/\/[^/]*@/g, '//***@').slice(0, SHOWN_CHARACTERS));
}

/** The line for a value that is none of what is allowed. */
export function notAllowed(key: string, text: string, allowed: string): BadSettingError {
  return new BadSettingError(key, `${shown(text)} is not allowed; allowed: ${allowed}`);
}
