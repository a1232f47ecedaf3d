import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HostFiles } from './files.ts';

describe("the host's virtual files", () => {
  let procfs: string;
  beforeAll(() => {
    procfs = mkdtempSync(join(tmpdir(), 'faultline-proc-'));
    // Of the files that are read at once none is long on every machine; this one is, and the kernel gives it in the same way.
    symlinkSync('/proc/self/maps', join(procfs, 'vmstat'));
  });
  afterAll(() => {
    rmSync(procfs, { recursive: true });
  });
  const read = (maxBytes: number) =>
    new HostFiles({ sysfs: '/sys', procfs, udevData: '/run/udev/data' }).bytes(join(procfs, 'vmstat'), maxBytes);

  it('are read to their end, although the kernel gives a long one in pieces of whole lines', async () => {
    const most = 64 * 1024;
    // A process with many modules has more maps than are taken.
    const whole = Math.min(readFileSync('/proc/self/maps').length, most);
    const length = (await read(most))?.length ?? 0;
    expect(whole).toBeGreaterThan(2 * 4096);
    // Reading them maps some memory.
    expect(Math.abs(length - whole)).toBeLessThan(whole / 4);
  });

  it('are cut where they are longer than what is taken', async () => {
    expect(await read(100)).toHaveLength(100);
  });
});
