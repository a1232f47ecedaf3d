const MESSAGES = {
  'multipathd-unreachable': 'multipathd cannot be reached',
  'multipathd-timeout': 'multipathd did not answer in time',
  'multipathd-unintelligible': 'multipathd answered something else than it documents',
} as const;

/** Thrown when multipathd could not be asked. It does not mean that a path has failed: sysfs still tells of the devices. */
export class MultipathdError extends Error {
  override readonly name = 'MultipathdError';

  constructor(
    readonly code: keyof typeof MESSAGES,
    detail: string,
  ) {
    super(`${MESSAGES[code]}: ${detail}`);
  }
}
