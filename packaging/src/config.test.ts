import { mkdtempSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readConfig } from './config.ts';
import { emptyOutput } from './output.ts';
import { ROOT } from './repository.ts';

const lastCommit = (): number => 1_700_000_000;

describe('the settings', () => {
  it('have the time of the last commit, unless another is given', () => {
    expect(readConfig([], {}, lastCommit)).toEqual({
      out: join(ROOT, 'dist-packages'),
      epochSeconds: 1_700_000_000,
      maintainer: 'Faultline contributors <faultline@localhost>',
    });
    expect(readConfig([], { SOURCE_DATE_EPOCH: '5' }, lastCommit).epochSeconds).toBe(5);
    expect(readConfig(['--source-date-epoch', '6'], { SOURCE_DATE_EPOCH: '5' }, lastCommit).epochSeconds).toBe(6);
  });

  it.each([
    [['--source-date-epoch', '1796087559000'], '--source-date-epoch'],
    [['--source-date-epoch', 'now'], '--source-date-epoch'],
    [['--maintainer', 'me'], '--maintainer'],
    [['--maintainer', 'me <me@example.org>\nDepends: evil'], '--maintainer'],
    [['--folder', 'x'], '--folder'],
  ])('refuse %j', (args, key) => {
    expect(() => readConfig(args, {}, lastCommit)).toThrow(expect.objectContaining({ code: 'bad-setting', key }));
  });
});

describe('the folder of the packages', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'faultline-output-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('loses what an earlier run left in it', async () => {
    mkdirSync(join(folder, 'npm'));
    writeFileSync(join(folder, 'SHA256SUMS'), '');
    await emptyOutput(folder);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is left as it is where anything else is in it', async () => {
    mkdirSync(join(folder, 'npm'));
    writeFileSync(join(folder, 'letter.txt'), 'dear');
    await expect(emptyOutput(folder)).rejects.toMatchObject({ code: 'bad-setting', key: '--out' });
    expect(readdirSync(folder)).toEqual(['letter.txt', 'npm']);
  });
});
