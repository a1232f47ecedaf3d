import { appendFile, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostReport } from '@faultline/contracts';
import { afterAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { SpoolInUseError } from '../errors.ts';
import { Spool, type SpoolOptions } from './spool.ts';

const dirs: string[] = [];
afterAll(() => Promise.all(dirs.map((dir) => rm(dir, { recursive: true }))));

async function newDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'faultline-spool-'));
  dirs.push(dir);
  return dir;
}

function report(number: number, cause = 'libvirtd was away'): HostReport {
  return { type: 'observation-gap', id: `gap-${number}`, from: number, to: number + 1, cause };
}

function open(dir: string, options: Partial<SpoolOptions> = {}): Promise<Spool> {
  return Spool.open({ dir, maxBytes: 1_048_576, log: pino({ level: 'silent' }), ...options });
}

async function append(spool: Spool, ...numbers: number[]): Promise<void> {
  await Promise.all(numbers.map((number) => spool.append({ host: 'nc1', report: report(number) })));
}

async function ids(spool: Spool, limit = 500): Promise<string[]> {
  return (await spool.peek(limit))?.reports.map(({ id }) => id) ?? [];
}

async function takeAll(spool: Spool): Promise<string[]> {
  const taken: string[] = [];
  for (let batch = await spool.peek(2); batch !== null; batch = await spool.peek(2)) {
    taken.push(...batch.reports.map(({ id }) => id));
    await spool.remove(batch);
  }
  return taken;
}

describe('spool', () => {
  it('gives reports back in order, and forgets them only when told to', async () => {
    const spool = await open(await newDir());
    await append(spool, 1, 2, 3);
    expect(await ids(spool)).toEqual(['gap-1', 'gap-2', 'gap-3']);
    expect(spool.depth).toBe(3);
    expect(await takeAll(spool)).toEqual(['gap-1', 'gap-2', 'gap-3']);
    expect(await spool.peek(1)).toBeNull();
    expect(spool.depth).toBe(0);
    expect(spool.bytes).toBe(0);
    await spool.close();
  });

  it('keeps what was appended over a restart, with what was delivered gone', async () => {
    const dir = await newDir();
    const first = await open(dir);
    await append(first, 1, 2, 3);
    const batch = await first.peek(1);
    if (batch) await first.remove(batch);
    await first.close();

    const second = await open(dir);
    await append(second, 4);
    expect(second.depth).toBe(3);
    expect(await takeAll(second)).toEqual(['gap-2', 'gap-3', 'gap-4']);
    await second.close();
    // An emptied spool begins a new segment: an old position must not swallow its reports.
    const third = await open(dir);
    await append(third, 5);
    await third.close();
    const fourth = await open(dir);
    expect(await ids(fourth)).toEqual(['gap-5']);
    await fourth.close();
  });

  it('cuts off a last line that kill -9 tore in the middle, and says so', async () => {
    const dir = await newDir();
    const first = await open(dir);
    await append(first, 1, 2);
    await first.close();
    const [file = ''] = (await readdir(dir)).filter((name) => name.startsWith('reports-'));
    await appendFile(join(dir, file), '{"host":"nc1","report":{"type":"obs');

    const lines: string[] = [];
    const second = await open(dir, { log: pino({ level: 'warn' }, { write: (line) => void lines.push(line) }) });
    expect(lines.join()).toContain('torn by a crash');
    await append(second, 3);
    expect(await takeAll(second)).toEqual(['gap-1', 'gap-2', 'gap-3']);
    await second.close();
  });

  it('puts a line that cannot be read aside instead of stopping at it', async () => {
    const dir = await newDir();
    await writeFile(join(dir, 'reports-000000001.jsonl'), '\u0000\u0000\n{"host":7}\n');
    const spool = await open(dir);
    await append(spool, 1);
    expect(await takeAll(spool)).toEqual(['gap-1']);
    const rejected = (await readFile(join(dir, 'rejected.jsonl'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(rejected).toEqual([
      { reason: 'the line cannot be read', report: '\u0000\u0000' },
      { reason: 'the line cannot be read', report: '{"host":7}' },
    ]);
    await spool.close();
  });

  it('never mixes two hosts in one batch', async () => {
    const spool = await open(await newDir());
    await spool.append({ host: 'old-name', report: report(1) });
    await spool.append({ host: 'new-name', report: report(2) });
    expect(await spool.peek(500)).toMatchObject({ host: 'old-name', lines: 1 });
    await spool.close();
  });

  it('drops the oldest when it is full, counts them, and keeps the newest', async () => {
    const dropped: number[] = [];
    const sizes: number[] = [];
    const spool = await open(await newDir(), {
      maxBytes: 65_536,
      onDropped: (reports) => dropped.push(reports),
      onSize: ({ bytes }) => sizes.push(bytes),
    });
    const text = 'x'.repeat(1000);
    for (let number = 1; number <= 100; number += 1) await spool.append({ host: 'nc1', report: report(number, text) });
    const kept = await takeAll(spool);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(65_536);
    expect(kept.at(-1)).toBe('gap-100');
    expect(kept.length + dropped.reduce((sum, reports) => sum + reports, 0)).toBe(100);
    expect(kept).toEqual([...kept].sort((a, b) => Number(a.slice(4)) - Number(b.slice(4))));
    await spool.close();
  });

  it('does not take a batch for another when the spool dropped it meanwhile', async () => {
    const spool = await open(await newDir(), { maxBytes: 65_536 });
    await spool.append({ host: 'nc1', report: report(1) });
    const batch = await spool.peek(1);
    const text = 'x'.repeat(4000);
    for (let number = 2; number <= 40; number += 1) await spool.append({ host: 'nc1', report: report(number, text) });
    const depth = spool.depth;
    if (batch) await spool.remove(batch);
    expect(spool.depth).toBe(depth);
    await spool.close();
  });

  it('holds reports in memory while the disk takes none, delivers them from there, and writes down the rest', async () => {
    const dir = await newDir();
    const sizes: number[] = [];
    const spool = await open(dir, { onSize: ({ reports }) => sizes.push(reports) });
    await rename(dir, `${dir}-away`);
    await append(spool, 1, 2, 3, 4);
    expect(spool.depth).toBe(4);
    const batch = await spool.peek(2);
    expect(batch?.reports.map(({ id }) => id)).toEqual(['gap-1', 'gap-2']);
    if (batch !== null) await spool.remove(batch);
    expect(await ids(spool)).toEqual(['gap-3', 'gap-4']);
    await rename(`${dir}-away`, dir);
    await append(spool, 5);
    expect(await readdir(dir)).toEqual(expect.arrayContaining([expect.stringMatching(/^reports-/)]));
    expect(await takeAll(spool)).toEqual(['gap-3', 'gap-4', 'gap-5']);
    expect(sizes.at(-1)).toBe(0);
    await spool.close();
  });

  it('delivers what was written down meanwhile again rather than not at all', async () => {
    const dir = await newDir();
    const spool = await open(dir);
    await rename(dir, `${dir}-away`);
    await append(spool, 1);
    const held = await spool.peek(1);
    await rename(`${dir}-away`, dir);
    await append(spool, 2);
    if (held !== null) await spool.remove(held);
    expect(await ids(spool)).toEqual(['gap-1', 'gap-2']);
    await spool.close();
  });

  it('says what is lost when the disk took nothing until the end', async () => {
    const dir = await newDir();
    let dropped = 0;
    const spool = await open(dir, { onDropped: (reports) => (dropped += reports) });
    await rename(dir, `${dir}-away`);
    await append(spool, 1, 2);
    await spool.close();
    await rename(`${dir}-away`, dir);
    expect(dropped).toBe(2);
  });

  it('is held by one exporter at a time', async () => {
    const dir = await newDir();
    const spool = await open(dir);
    await expect(open(dir)).rejects.toThrow(SpoolInUseError);
    await spool.close();
    await (await open(dir)).close();
  });
});
