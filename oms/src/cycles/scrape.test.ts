import { createServer, type RequestListener, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { createTelemetry } from '../telemetry.ts';
import { metricsText } from '../testing/metrics-text.ts';
import type { Cycle } from './cycle.ts';
import { scrapeSource, type ScrapeOptions } from './scrape.ts';
import type { CycleSource } from './source.ts';

describe('the source that scrapes exporters', () => {
  const servers: Server[] = [];
  const sources: CycleSource[] = [];
  afterEach(async () => {
    await Promise.all(sources.splice(0).map((source) => source.stop()));
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    }
  });

  async function exporter(listener: RequestListener): Promise<string> {
    const server = createServer(listener).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
  }

  /** A source over these URLs, and what it brought. */
  function collect(urls: string[], more: Partial<ScrapeOptions> = {}) {
    const cycles: Cycle[] = [];
    const telemetry = createTelemetry();
    const waiting: { count: number; resolve: () => void }[] = [];
    const source = scrapeSource({
      urls,
      intervalMs: 100,
      ingest: (cycle) => {
        cycles.push(cycle);
        for (const { count, resolve } of waiting) if (cycles.length >= count) resolve();
        return Promise.resolve(true);
      },
      now: () => 10_000,
      log: pino({ level: 'silent' }),
      telemetry,
      ...more,
    });
    sources.push(source);
    source.start();
    return {
      cycles,
      source,
      telemetry,
      brought: (count: number) => new Promise<void>((resolve) => waiting.push({ count, resolve })),
    };
  }

  async function errorOf(source: CycleSource): Promise<string> {
    for (;;) {
      const error = source.hosts()[0]?.error ?? null;
      if (error !== null) return error;
      await new Promise(setImmediate);
    }
  }

  it('brings cycle after cycle, with its deadline told to the exporter', async () => {
    let number = 0;
    const headers: (string | string[] | undefined)[] = [];
    const url = await exporter((request, response) => {
      headers.push(request.headers['x-prometheus-scrape-timeout-seconds']);
      response.end(metricsText({ number: (number += 1), at: 9000 + number }));
    });
    const { cycles, source, brought } = collect([url]);
    await brought(3);
    // On a busy machine an answer may miss its deadline, and that cycle is not brought; none is brought twice or late.
    const numbers = cycles.map((cycle) => cycle.number);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    expect(headers[0]).toBe('0.1');
    expect(source.hosts()).toEqual([{ url, host: 'hA', lastCycle: expect.any(Number), error: null }]);
  });

  it('waits for no other exporter when one hangs, and goes on asking that one', async () => {
    let asked = 0;
    const hanging = await exporter((_request, response) => {
      asked += 1;
      if (asked >= 2) response.end(metricsText({ host: 'hB', number: 1, at: 1000 }));
    });
    const good = await exporter((_request, response) => response.end(metricsText({ number: 1, at: 1000 })));
    const { cycles, brought, telemetry } = collect([hanging, good]);
    await brought(1);
    expect(cycles[0]?.host).toBe('hA');
    while (!cycles.some(({ host }) => host === 'hB')) await brought(cycles.length + 1);
    expect(await telemetry.registry.getSingleMetricAsString('faultline_oms_scrape_errors_total')).toContain('timeout');
  });

  it('soon asks an exporter again that was never heard, however long the interval', async () => {
    let asked = 0;
    const url = await exporter((_request, response) => {
      asked += 1;
      if (asked === 1) response.writeHead(503).end();
      else response.end(metricsText({ number: 1, at: 1000 }));
    });
    const { cycles, brought } = collect([url], { intervalMs: 3_600_000 });
    await brought(1);
    expect(cycles).toHaveLength(1);
  });

  it.each<[string, RequestListener, string]>([
    ['an error page', (_, response) => response.writeHead(500).end('oops'), 'the exporter answered 500'],
    ['a redirect', (_, response) => response.writeHead(302, { location: '/elsewhere' }).end(), 'unexpected redirect'],
    ['no metrics', (_, response) => response.end('<html>'), 'line 1 of the metrics'],
    ['no cycle yet', (_, response) => response.end('libvirt_up 0\n'), 'does not name the host'],
    ['a clock ahead', (_, response) => response.end(metricsText({ number: 1, at: 9e12 })), 'in the future'],
    [
      'libvirtd gone',
      (_, response) => response.end(metricsText({ number: 1, at: 1, up: false })),
      'does not reach libvirtd',
    ],
    [
      'a broken answer',
      (_, response) => response.writeHead(200, { 'content-length': 99 }).write('x', () => response.destroy()),
      '',
    ],
    ['too much', (_, response) => response.end('a'.repeat(200_000)), 'more than 100000 bytes'],
  ])('says what is wrong with %s', async (_what, listener, message) => {
    const { source } = collect([await exporter(listener)], { bodyLimitBytes: 100_000 });
    expect(await errorOf(source)).toContain(message);
  });

  it('says when nobody listens, and stops at once while it waits', async () => {
    const url = await exporter(() => undefined);
    const gone = await exporter(() => undefined);
    servers.pop()?.close();
    const { source } = collect([gone, url], { intervalMs: 60_000 });
    expect(await errorOf(source)).toContain('ECONNREFUSED');
    const started = performance.now();
    await source.stop();
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
