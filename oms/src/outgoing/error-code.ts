/** The code of whatever asking another program threw, for the metrics: few words. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('name' in error)) return 'unknown';
  if (error.name === 'TimeoutError') return 'timeout';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.name === 'TypeError' ? 'unreachable' : 'unknown';
}
