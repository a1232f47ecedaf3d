import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeFlagsOf } from './first-line.ts';

describe('how a program is started', () => {
  it.each([
    ['#!/usr/bin/env -S node --min-semi-space-size=4 --single-threaded-gc\nrun();', 2],
    ['#!/usr/bin/env node\nrun();', 0],
    ['// --no-first-line\n', 0],
    ['', 0],
  ])('is said by its first line: %j', (text, flags) => {
    const folder = mkdtempSync(join(tmpdir(), 'faultline-first-line-'));
    const script = join(folder, 'main.js');
    writeFileSync(script, text);
    expect(nodeFlagsOf(script)).toHaveLength(flags);
    rmSync(folder, { recursive: true });
  });
});
