import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { scenarioFile } from '@faultline/contracts/testing';
import { freePort } from '@faultline/lab';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { openDatabase, type OmsDatabase } from '../../database/index.ts';
import { createTelemetry } from '../../telemetry.ts';
import { startQueryServer, type QueryServer, type QueryServerKind } from '../../testing/query-servers.ts';
import { rowsOf } from '../../testing/rows.ts';
import { lastCycleOf } from '../stored-cycle.ts';
import { scrapeSource } from '../scrape.ts';
import type { CycleSource } from '../source.ts';
import { ingestCycle } from '../store.ts';
import { prometheusSource, type PrometheusOptions } from './source.ts';

/** What the exporter said in the recorded incident, scrape by scrape. */
const PAGES = readFileSync(scenarioFile('guest-panic', 'scrapes.jsonl'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => (JSON.parse(line) as { text: string }).text);
const SCRAPE_INTERVAL_MS = 100;
/** On a busy machine a scrape may miss its deadline: a page goes only after it was fetched twice. */
const FETCHES_A_PAGE = 2;

/** Serves the recorded pages: that one which `page` says; after the last one the exporter is gone. */
async function serve(page: () => number, fetched: () => void): Promise<{ server: Server; address: string }> {
  const server = createServer((_request, response) => {
    const text = PAGES[page()];
    if (text === undefined) return void response.writeHead(503).end();
    response.once('finish', fetched);
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(text);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, address: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** A store that cycles are put into, as the OMS does it. */
async function store() {
  const db = await openDatabase(':memory:');
  const stored = { cycles: 0 };
  return {
    db,
    stored,
    options: {
      ingest: async (cycle: Parameters<typeof ingestCycle>[1]) => {
        const { isNew } = await ingestCycle(db, cycle, { staleAfterMs: 45_000 });
        stored.cycles += Number(isNew);
        return isNew;
      },
      now: () => Date.now(),
      log: pino({ level: 'silent' }),
      telemetry: createTelemetry(),
    },
  };
}

const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await pause(20);
};

describe('the recorded incident, scraped by the OMS and by a server that it asks (decision 3)', () => {
  const closers: (() => unknown)[] = [];
  const sources: CycleSource[] = [];
  const stores: OmsDatabase[] = [];
  let scraped: Record<string, string[]>;
  const servers = new Map<QueryServerKind, QueryServer & { isOver: () => boolean }>();

  beforeAll(async () => {
    const { db, stored, options } = await store();
    const { server, address } = await serve(
      () => stored.cycles,
      () => undefined,
    );
    const source = scrapeSource({ urls: [`http://${address}/metrics`], intervalMs: SCRAPE_INTERVAL_MS, ...options });
    source.start();
    await until(() => stored.cycles === PAGES.length);
    await source.stop();
    server.closeAllConnections();
    server.close();
    scraped = await rowsOf(db);
    await db.destroy();
    for (const kind of ['prometheus', 'victoria-metrics'] as const) {
      let fetches = 0;
      const page = (): number => Math.floor(fetches / FETCHES_A_PAGE);
      const { server, address } = await serve(page, () => (fetches += 1));
      closers.push(
        () => server.close(),
        () => {
          server.closeAllConnections();
        },
      );
      // A label of the target that has the name of one of the exporter's: then the server calls the latter exported_host.
      const configuration = `
global: {scrape_interval: ${SCRAPE_INTERVAL_MS}ms, scrape_timeout: ${SCRAPE_INTERVAL_MS}ms}
scrape_configs: [{job_name: hosts, static_configs: [{targets: ['${address}'], labels: {host: 'rack "7"'}}]}]
`;
      const running = await startQueryServer(kind, { configuration, port: await freePort() });
      closers.push(running.stop);
      servers.set(kind, { ...running, isOver: () => page() >= PAGES.length });
    }
  }, 60_000);

  afterEach(async () => {
    for (const source of sources.splice(0)) await source.stop();
    for (const db of stores.splice(0)) await db.destroy();
  });
  afterAll(async () => {
    for (const close of closers.reverse()) await close();
  });

  async function asking(kind: QueryServerKind, more: Partial<PrometheusOptions> = {}) {
    const { db, stored, options } = await store();
    stores.push(db);
    const start = (): CycleSource => {
      const source = prometheusSource({
        url: servers.get(kind)?.url ?? '',
        intervalMs: 200,
        delayMs: 0,
        catchUpMs: 3_600_000,
        matchers: ['job=~"hosts|others"'],
        headers: {},
        credentials: null,
        lastCycleAt: async (host) => (await lastCycleOf(db, host))?.at,
        ...options,
        ...more,
      });
      sources.push(source);
      source.start();
      return source;
    };
    return { db, stored, start, telemetry: options.telemetry };
  }

  async function isStoredTheSame(kind: QueryServerKind): Promise<void> {
    const { db, stored, start, telemetry } = await asking(kind);
    const first = start();
    await until(() => stored.cycles >= 5);
    await first.stop();
    const server = servers.get(kind);
    // VictoriaMetrics shows a series that it has not had before only after some seconds.
    if (kind === 'prometheus') expect(server?.isOver()).toBe(false);
    await until(() => server?.isOver() === true);
    start();
    await until(() => stored.cycles === PAGES.length);
    expect(await rowsOf(db)).toEqual(scraped);
    // A server that has just begun to scrape has nothing yet; nothing else went wrong.
    const { values } = await telemetry.scrapeErrors.get();
    expect(values.filter(({ labels }) => labels.code !== 'no-cycles')).toEqual([]);

    const later = await asking(kind);
    const source = later.start();
    await until(() => later.stored.cycles === PAGES.length);
    expect(await rowsOf(later.db)).toEqual(scraped);
    expect(source.hosts()).toMatchObject([{ host: 'hA', error: null }]);
  }

  it('is stored the same from Prometheus and VictoriaMetrics: as it goes, after an absence, and long afterwards', async () => {
    await Promise.all([isStoredTheSame('prometheus'), isStoredTheSame('victoria-metrics')]);
  }, 60_000);

  it('says so where the server has no such exporters', async () => {
    const { start } = await asking('prometheus', { matchers: ['job="nobody"'] });
    const source = start();
    await until(() => source.hosts()[0]?.error !== null);
    expect(source.hosts()[0]?.error).toContain('has no faultline_cycle_timestamp_seconds');
  }, 20_000);

  it('says what the server has against a question', async () => {
    const { start } = await asking('prometheus', { matchers: ['job=~"("'] });
    const source = start();
    await until(() => source.hosts()[0]?.error !== null);
    expect(source.hosts()[0]?.error).toContain('the server refuses: bad_data');
  }, 20_000);
});
