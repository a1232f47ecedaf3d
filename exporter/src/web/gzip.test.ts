import { spawnSync } from 'node:child_process';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { gzipBeginning, gzipFile } from './gzip.ts';

const LINES = Buffer.from(
  Array.from({ length: 5000 }, (_each, line) => `series{number="${line}"} ${line * 7}\n`).join(''),
);

describe('gzip of a beginning and an ending', () => {
  it.each([
    ['', ''],
    ['', 'only the ending\n'],
    ['only the beginning\n', ''],
    [LINES, 'one ending\n'],
  ])('%#: is one file of one member', async (beginning, ending) => {
    const whole = Buffer.concat([Buffer.from(beginning), Buffer.from(ending)]);
    const file = await gzipFile(await gzipBeginning(Buffer.from(beginning)), Buffer.from(ending));
    expect(gunzipSync(file).equals(whole)).toBe(true);
    // Others look closer: gzip checks sum and length, and complains of anything that follows the member.
    const { status, stdout, stderr } = spawnSync('gzip', ['-dc'], { input: file });
    expect(stderr.toString()).toBe('');
    expect({ status, isWhole: stdout.equals(whole) }).toEqual({ status: 0, isWhole: true });
  });

  it('compresses the beginning once for any number of endings', async () => {
    const beginning = await gzipBeginning(LINES);
    expect(beginning.deflated.length).toBeLessThan(LINES.length / 4);
    for (const ending of ['first', 'second']) {
      const file = await gzipFile(beginning, Buffer.from(ending));
      expect(gunzipSync(file).toString().endsWith(`\n${ending}`)).toBe(true);
    }
  });
});
