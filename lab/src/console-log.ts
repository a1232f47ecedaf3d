import { open, stat } from 'node:fs/promises';
import { undefinedIfMissing } from './files.ts';
import { waitFor } from './wait.ts';

/** Length of a guest's console log now, in bytes; 0 if it has none yet. */
export async function consoleLength(path: string): Promise<number> {
  return (await stat(path).catch(undefinedIfMissing))?.size ?? 0;
}

async function readFrom(path: string, offset: number): Promise<{ text: string; changedMs: number } | undefined> {
  const file = await open(path).catch(undefinedIfMissing);
  if (!file) return undefined;
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.max(0, size - offset)), 0, null, offset);
    // After the read: nothing that was read can have been written later than this.
    const { mtimeMs } = await file.stat();
    return { text: buffer.subarray(0, bytesRead).toString('utf8'), changedMs: mtimeMs };
  } finally {
    await file.close();
  }
}

/** Whether the console said `text` after byte `offset`. */
export async function consoleSaid(path: string, offset: number, text: string): Promise<boolean> {
  return (await readFrom(path, offset))?.text.includes(text) === true;
}

/** What was said just before a failure is still on its way into the log for this time, in ms. */
const STRAGGLING_MS = 1_000;

/**
 * Waits until the console says `text` after byte `offset`. Answers when it was said (ms since the epoch): the time of
 * the log's last change when the text was first seen, which is looked for every 5 ms. Once `failed` answers an error,
 * that is thrown if the text does not follow.
 */
export async function waitForConsole(
  path: string,
  offset: number,
  text: string,
  deadlineMs: number,
  failed: () => Error | undefined = () => undefined,
): Promise<number> {
  let failedAt: number | undefined;
  const look = async (): Promise<number | undefined> => {
    const seen = await readFrom(path, offset);
    if (seen?.text.includes(text) === true) return Math.round(seen.changedMs);
    const failure = failed();
    if (failure === undefined) return undefined;
    failedAt ??= performance.now();
    if (performance.now() - failedAt > STRAGGLING_MS) throw failure;
    return undefined;
  };
  return waitFor(look, { what: `"${text}" on the console ${path}`, deadlineMs, intervalMs: 5 });
}
