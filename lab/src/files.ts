import { readFile, stat } from 'node:fs/promises';

/** Answers undefined for a file that does not exist; other errors are thrown on. */
export function undefinedIfMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
  throw error;
}

export const exists = async (path: string): Promise<boolean> =>
  (await stat(path).catch(undefinedIfMissing)) !== undefined;

export const readIfThere = (path: string): Promise<string | undefined> =>
  readFile(path, 'utf8').catch(undefinedIfMissing);
