/**
 * Runs `work` with a signal that is aborted when `signal` is, or after so many ms (its reason is then `late`). Not AbortSignal.any
 * with AbortSignal.timeout: in Node 20 the former holds the latter weakly, and once it was collected as garbage that deadline
 * never comes. It leaves nothing behind on `signal`, however long that lives.
 */
export async function withDeadline<Result>(
  signal: AbortSignal,
  ms: number,
  work: (either: AbortSignal) => Promise<Result>,
  late: Error = new DOMException(`not done within ${ms} ms`, 'TimeoutError'),
): Promise<Result> {
  const ended = new AbortController();
  const end = (): void => {
    ended.abort(signal.reason);
  };
  const timer = setTimeout(() => {
    ended.abort(late);
  }, ms);
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });
  try {
    return await work(ended.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }
}

/**
 * For work that cannot be told to end: settles as it does, or rejects with what `late` makes after so many ms. Whatever it comes to then
 * is nobody's concern.
 */
export async function settledWithin<Result>(
  ms: number,
  work: Promise<Result>,
  late: () => Error = () => new DOMException(`not done within ${ms} ms`, 'TimeoutError'),
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const isLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(late());
    }, ms);
  });
  try {
    return await Promise.race([work, isLate]);
  } finally {
    clearTimeout(timer);
  }
}
