import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** The text of bcryptjs as one CommonJS script, for a worker that has nothing else. The bundle carries it as a string. */
export function bcryptSource(): string {
  return readFileSync(createRequire(import.meta.url).resolve('bcryptjs'), 'utf8');
}
