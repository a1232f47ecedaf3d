import { setTimeout as delay } from 'node:timers/promises';

/** Waits, or returns early when the signal is aborted. */
export async function waitMs(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/**
 * Runs `work` with a signal that is aborted when `signal` is, or after so many ms. Not AbortSignal.any with AbortSignal.timeout:
 * in Node 20 the former holds the latter weakly, and once it was collected as garbage that deadline never comes.
 */
export async function withDeadline<Result>(
  signal: AbortSignal,
  ms: number,
  work: (either: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const ended = new AbortController();
  const end = (): void => {
    ended.abort(signal.reason);
  };
  const timer = setTimeout(() => {
    ended.abort(new DOMException(`not done within ${ms} ms`, 'TimeoutError'));
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

/** Runs `work` over the items with at most `limit` at once; the results keep the items' order. */
export async function mapLimited<Item, Result>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}
