import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostReportBatch } from '@faultline/contracts';
import { afterEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { Backoff } from '@faultline/libvirt';
import { createHealth } from '../health.ts';
import { Delivery } from './delivery.ts';
import { Spool } from './spool.ts';

const log = pino({ level: 'silent' });
const endings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

/** An OMS that answers each batch as `answer` says, and the spool that is delivered to it. */
async function setUp(answer: (ids: string[], attempt: number) => number | Error, tokenFile?: (dir: string) => string) {
  const dir = await mkdtemp(join(tmpdir(), 'faultline-delivery-'));
  const spool = await Spool.open({ dir, maxBytes: 1_048_576, log });
  const health = createHealth('test');
  const posts: { ids: string[]; status: number | string }[] = [];
  const credentials: (string | null)[] = [];
  const bodies: HostReportBatch[] = [];
  const stored: string[] = [];
  const delivery = new Delivery({
    spool,
    omsUrl: 'http://oms.test/',
    tokenFile: tokenFile?.(dir),
    health,
    log,
    backoff: new Backoff({ firstMs: 1, maxMs: 5 }),
    fetch: (url, init) => {
      expect(url).toBe('http://oms.test/api/v1/reports');
      credentials.push(new Headers(init?.headers).get('authorization'));
      const body = JSON.parse(init?.body as string) as HostReportBatch;
      bodies.push(body);
      const { reports } = body;
      const ids = reports.map(({ id }) => id);
      const status = answer(ids, posts.length);
      posts.push({ ids, status: status instanceof Error ? status.message : status });
      if (status instanceof Error) return Promise.reject(status);
      if (status === 200) stored.push(...ids);
      return Promise.resolve(new Response(JSON.stringify({ stored: ids.length, known: 0 }), { status }));
    },
  });
  const append = (...numbers: number[]) =>
    Promise.all(
      numbers.map((id) =>
        spool.append({
          host: 'nc1',
          report: { type: 'observation-gap', id: String(id), from: 0, to: 1, cause: 'libvirtd was away' },
        }),
      ),
    );
  endings.push(async () => {
    await delivery.stop();
    await spool.close();
    await rm(dir, { recursive: true });
  });
  const untilEmpty = async () => {
    while (spool.depth > 0) await new Promise((resolve) => setImmediate(resolve));
  };
  return { dir, spool, health, delivery, posts, credentials, bodies, stored, append, untilEmpty };
}

const value = async (metric: { get: () => Promise<{ values: { value: number }[] }> }) =>
  (await metric.get()).values[0]?.value ?? 0;

describe('delivery', () => {
  it('brings reports in order, and removes them after a 200', async () => {
    const { append, delivery, stored, untilEmpty, health } = await setUp(() => 200);
    await append(1, 2, 3);
    delivery.start();
    await untilEmpty();
    await append(4);
    await untilEmpty();
    expect(stored).toEqual(['1', '2', '3', '4']);
    expect(await value(health.delivered)).toBe(4);
  });

  it('shows its token, as it stands in the file at that moment', async () => {
    const { dir, append, delivery, credentials, untilEmpty, health } = await setUp(
      () => 200,
      (folder) => join(folder, 'token'),
    );
    await append(1);
    delivery.start();
    const failures = async (): Promise<number> => value(health.deliveryFailures);
    while ((await failures()) === 0) await new Promise((resolve) => setImmediate(resolve));
    await writeFile(join(dir, 'token'), 'two words\n');
    const before = await failures();
    while ((await failures()) <= before + 1) await new Promise((resolve) => setImmediate(resolve));
    expect(credentials).toEqual([]);
    await writeFile(join(dir, 'token'), 'flt_1\n');
    await untilEmpty();
    await writeFile(join(dir, 'token'), 'flt_2');
    await append(2);
    await untilEmpty();
    expect(credentials).toEqual(['Bearer flt_1', 'Bearer flt_2']);
  });

  it('replaces what no record takes, and keeps the report', async () => {
    const { spool, delivery, stored, bodies, untilEmpty } = await setUp(() => 200);
    const report = { type: 'observation-gap', id: '1', from: 0, to: 1, cause: 'a\u0000b\ud800' } as const;
    await spool.append({ host: 'nc1', report });
    delivery.start();
    await untilEmpty();
    expect(stored).toEqual(['1']);
    expect(bodies).toMatchObject([{ reports: [{ cause: 'a\ufffdb\ufffd' }] }]);
  });

  it.each([503, 500, 404, 401, 429, 302])('keeps everything and tries again after %i', async (status) => {
    const { append, delivery, stored, untilEmpty, health } = await setUp((_ids, attempt) =>
      attempt < 3 ? status : 200,
    );
    await append(1, 2);
    delivery.start();
    await untilEmpty();
    expect(stored).toEqual(['1', '2']);
    expect(await value(health.deliveryFailures)).toBe(3);
    expect(await value(health.rejected)).toBe(0);
  });

  it('keeps everything while nobody answers', async () => {
    const { append, delivery, stored, untilEmpty } = await setUp((_ids, attempt) =>
      attempt < 2 ? new Error('ECONNREFUSED') : 200,
    );
    await append(1);
    delivery.start();
    await untilEmpty();
    expect(stored).toEqual(['1']);
  });

  it('finds the report that the OMS refuses by halving, puts it aside with the reason, and goes on', async () => {
    const { append, delivery, stored, untilEmpty, dir, health } = await setUp((ids) =>
      ids.includes('37') ? 400 : 200,
    );
    await append(...Array.from({ length: 100 }, (_, index) => index));
    delivery.start();
    await untilEmpty();
    expect(stored).toEqual(Array.from({ length: 100 }, (_, index) => String(index)).filter((id) => id !== '37'));
    expect(await value(health.rejected)).toBe(1);
    const rejected = JSON.parse(await readFile(join(dir, 'rejected.jsonl'), 'utf8')) as {
      reason: string;
      report: string;
    };
    expect(rejected.reason).toMatch(/^the OMS answered 400/);
    expect(rejected.report).toContain('"id":"37"');
  });

  it('stops while the OMS is away', async () => {
    const { append, delivery, spool } = await setUp(() => new Error('ECONNREFUSED'));
    await append(1);
    delivery.start();
    await delivery.stop();
    expect(spool.depth).toBe(1);
  });
});
