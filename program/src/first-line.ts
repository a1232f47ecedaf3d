import { readFileSync } from 'node:fs';

/** The flags that a program's first line gives to Node.js, for who starts it by `node` and not by its name. */
export function nodeFlagsOf(script: string): string[] {
  const [firstLine = ''] = readFileSync(script, 'utf8').split('\n', 1);
  return firstLine.startsWith('#!') ? firstLine.split(' ').filter((word) => word.startsWith('--')) : [];
}
