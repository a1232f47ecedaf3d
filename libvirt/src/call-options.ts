/** What every remote call takes. */
export interface CallOptions {
  /** Aborting rejects the call with CallAbortedError at once. */
  signal?: AbortSignal;
  /** Default: the connection's `callTimeoutMs`. */
  timeoutMs?: number;
}
