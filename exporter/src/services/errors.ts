const MESSAGES = {
  'bus-unreachable': 'the D-Bus of systemd cannot be reached',
  'bus-timeout': 'the D-Bus of systemd did not answer in time',
  'bus-refused': 'systemd refused the question',
  'bus-unintelligible': 'systemd answered something else than it documents',
} as const;

/** Thrown when systemd could not be asked about the services. It does not mean that any of them has failed. */
export class BusError extends Error {
  override readonly name = 'BusError';

  constructor(
    readonly code: keyof typeof MESSAGES,
    detail?: string,
    options?: ErrorOptions,
  ) {
    super(`${MESSAGES[code]}${detail === undefined ? '' : `: ${detail}`}`, options);
  }
}
