import { once } from 'node:events';
import { mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { logFile } from './log-file.ts';

describe('the log of a part', () => {
  let folder: string;
  const said: string[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'faultline-log-'));
    said.length = 0;
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const write = (log: ReturnType<typeof logFile>, text: string): Promise<void> =>
    new Promise((resolve) => {
      log.write(text, () => {
        resolve();
      });
    });

  it('is taken also where it cannot be written, which is said once, and goes on when it can', async () => {
    const away = `${folder}-away`;
    const log = logFile(join(folder, 'oms.log'), (line) => said.push(line));
    await write(log, 'one\n');
    renameSync(folder, away);
    for (let count = 0; count < 200; count += 1) await write(log, `${'x'.repeat(1024)}\n`);
    expect(said).toEqual([expect.stringContaining(`its log ${join(folder, 'oms.log')} cannot be written: ENOENT`)]);
    renameSync(away, folder);
    await write(log, 'two\n');
    expect(readFileSync(join(folder, 'oms.log'), 'utf8')).toBe('one\ntwo\n');
    log.end();
    await once(log, 'finish');
  });

  it('says that the disk is full', async () => {
    await write(
      logFile('/dev/full', (line) => said.push(line)),
      'one\n',
    );
    expect(said).toEqual([expect.stringContaining('/dev/full cannot be written: ENOSPC')]);
  });
});
