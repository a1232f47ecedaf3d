type AlertmanagerErrorCode = 'http-status' | 'not-json' | 'unexpected-answer';

/**
 * Thrown when an Alertmanager answers otherwise than its API says; `code` says why. It says nothing about any
 * alert: what was known stays as it is.
 */
export class AlertmanagerError extends Error {
  override readonly name = 'AlertmanagerError';
  readonly code: AlertmanagerErrorCode;
  constructor(code: AlertmanagerErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** The code of whatever a call to an Alertmanager threw, for the metrics: few words. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('name' in error)) return 'unknown';
  if (error.name === 'TimeoutError') return 'timeout';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.name === 'TypeError' ? 'unreachable' : 'unknown';
}
