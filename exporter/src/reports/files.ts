import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Logger } from 'pino';
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';

/** A new or renamed file survives a power cut only when its folder was written too. */
export async function syncFolder(dir: string): Promise<void> {
  const folder = await open(dir, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Replaces a file as a whole: after a crash it holds either the old text or the new. */
export async function writeAtomically(path: string, text: string): Promise<void> {
  const draft = `${path}.tmp`;
  const file = await open(draft, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  await syncFolder(dirname(path));
}

/**
 * A JSON file that `writeAtomically` wrote; null when there is none. One that was damaged from outside is put aside under
 * another name and said to be: it must not keep the host from being watched.
 */
export async function readJsonIfThere<Schema extends TSchema>(
  path: string,
  schema: Schema,
  log: Logger,
): Promise<Static<Schema> | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const value = parsed(text);
  if (Value.Check(schema, value)) return value;
  await rename(path, `${path}.damaged`);
  log.error({ file: path }, 'the file is damaged: it is put aside as .damaged and begun anew');
  return null;
}

/** Undefined, which no schema allows, where the text is not JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
