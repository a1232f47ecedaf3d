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
