import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Alarm, HostReportBatch, RawState } from '@faultline/contracts';
import { Backoff } from '@faultline/libvirt';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { createHealth } from '../health.ts';
import { Delivery } from '../reports/delivery.ts';
import { Spool } from '../reports/spool.ts';
import { AlarmBook } from './book.ts';
import { alarmRules } from './index.ts';

const log = pino({ level: 'silent' });
const vm = { name: 'web', uuid: '11111111-1111-4111-8111-111111111111' };
const rules = alarmRules({ cpuSaturated: { percent: 90, holdMs: 30_000 }, guestRounds: 2 });

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'faultline-buffered-'));
});
afterEach(() => rm(dir, { recursive: true }));

/** A host's exporter as far as alarms go, on the files of `dir`. */
async function startExporter(omsUrl: string) {
  const spool = await Spool.open({ dir: join(dir, 'spool'), maxBytes: 1_048_576, log });
  const append = async (entries: Parameters<Spool['append']>[0][]): Promise<void> => {
    for (const entry of entries) await spool.append(entry);
  };
  const book = await AlarmBook.open({ path: join(dir, 'alarms.json'), rules, log, append: (all) => append([...all]) });
  const health = createHealth('test');
  const delivery = new Delivery({ spool, omsUrl, health, log, backoff: new Backoff({ firstMs: 1, maxMs: 5 }) });
  delivery.start();
  const failures = async () => (await health.deliveryFailures.get()).values[0]?.value ?? 0;
  const stop = async (): Promise<void> => {
    await delivery.stop();
    await spool.close();
  };
  return { book, spool, failures, stop };
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await delay(2);
}

describe('alarms of a host whose OMS is away (A44)', () => {
  it('wait on the host, also while the exporter restarts, and arrive in order with the times at which they were raised', async () => {
    const arrived: Alarm[] = [];
    const oms = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { reports } = JSON.parse(Buffer.concat(chunks).toString()) as HostReportBatch;
        for (const report of reports) if (report.type === 'alarm') arrived.push(report.alarm);
        response.end(JSON.stringify({ stored: reports.length, known: 0 }));
      });
    });
    const port = await listen(oms, 0);
    oms.close();
    await once(oms, 'close');

    const observation = (at: number, state: RawState) => ({ host: 'nc1', at, vm, state });
    const crashed = { state: 'crashed', reason: 'panicked' } as const;
    const first = await startExporter(`http://127.0.0.1:${port}/`);
    await first.book.observeEvent(observation(1000, crashed));
    await until(async () => (await first.failures()) > 1);
    await first.stop();

    const second = await startExporter(`http://127.0.0.1:${port}/`);
    await second.book.observeEvent(observation(5000, { state: 'running', reason: 'booted' }));
    await until(async () => (await second.failures()) > 1);
    expect(arrived).toEqual([]);
    await listen(oms, port);
    await until(() => second.spool.depth === 0);
    await second.stop();
    oms.close();
    expect(arrived.map(({ raised, changed, cleared }) => ({ raised, changed, cleared }))).toEqual([
      { raised: 1000, changed: 1000, cleared: undefined },
      { raised: 1000, changed: 5000, cleared: 5000 },
    ]);
    expect(new Set(arrived.map(({ id }) => id)).size).toBe(1);
  });
});
