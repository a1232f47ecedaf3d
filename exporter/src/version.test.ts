import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { VERSION } from './version.ts';

it('is the version of the package', async () => {
  const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  expect(VERSION).toBe(version);
});
