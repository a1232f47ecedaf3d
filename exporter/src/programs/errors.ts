const MESSAGES = {
  PROGRAM_MISSING: 'is not installed, or its path is wrong',
  PROGRAM_NOT_STARTED: 'cannot be started',
  PROGRAM_TIMEOUT: 'did not end within its deadline and was killed',
  PROGRAM_ABORTED: 'was given up because its caller no longer waits',
  PROGRAM_OUTPUT_TOO_LONG: 'wrote more than is taken from it and was killed',
  PROGRAM_STILL_RUNNING: 'is not started again: the same call from before was killed and still hangs',
  PROGRAM_LIMIT: 'is not started: too many programs are running',
} as const;

/**
 * Thrown when a program was not run to its end. It does not mean that the program itself reported a fault: that is its exit code,
 * which the caller reads.
 */
export class ProgramError extends Error {
  override readonly name = 'ProgramError';

  constructor(
    readonly code: keyof typeof MESSAGES,
    readonly program: string,
    detail?: string,
  ) {
    super(`${program} ${MESSAGES[code]}${detail === undefined ? '' : ` (${detail})`}`);
  }
}
