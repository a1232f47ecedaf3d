import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type ServerResponse, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { METRICS } from '@faultline/contracts';
import { afterEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { createTelemetry } from '../../telemetry.ts';
import { metricsText } from '../../testing/metrics-text.ts';
import type { Cycle } from '../cycle.ts';
import { parseMetrics } from '../parse.ts';
import type { CycleSource } from '../source.ts';
import { prometheusSource, type PrometheusOptions } from './source.ts';

const NOW = 10_000_000;
const TARGET = { job: 'faultline', instance: 'hA:9177' };

interface Question {
  query: string;
  timeMs: number;
  headers: IncomingHttpHeaders;
}
type Respond = (question: Question, response: ServerResponse) => void;

const matrix = (result: unknown[]) => JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } });
const vector = (result: unknown[]) => JSON.stringify({ status: 'success', data: { resultType: 'vector', result } });
const newest = (at: number) => vector([{ metric: TARGET, value: [NOW / 1000, String(at / 1000)] }]);
const isAboutNewest = ({ query }: Question): boolean => query.startsWith('last_over_time');

/** A number as Go writes it. */
const written = (value: number): string => (value === Infinity ? '+Inf' : String(value));

/** These scrapes, as far as a question is about them. */
function holding(scrapes: { at: number; text: string }[]): Respond {
  return (question, response) => {
    if (isAboutNewest(question)) {
      response.end(newest(Math.max(...scrapes.map(({ at }) => at))));
      return;
    }
    const ms = Number(/\[(\d+)ms\]$/.exec(question.query)?.[1]);
    const names = /__name__=~?"([^"]*)"/.exec(question.query)?.[1]?.split('|') ?? [];
    const asked = scrapes.filter(({ at }) => at >= question.timeMs - ms && at <= question.timeMs);
    const rows = asked.flatMap(({ at, text }) =>
      parseMetrics(text, new Set(names)).map(({ name, labels, value }) => ({
        metric: { __name__: name, ...Object.fromEntries(labels), ...TARGET },
        values: [[at / 1000, written(value)]],
      })),
    );
    response.end(matrix(rows));
  };
}

const scrape = (number: number, at = NOW - 60_000 + number * 1000) => ({
  at,
  text: `${metricsText({ number, at })}${METRICS.domains} 0\n`,
});

describe('the source that asks a query server', () => {
  const servers: Server[] = [];
  const sources: CycleSource[] = [];
  const folders: string[] = [];
  afterEach(async () => {
    await Promise.all(sources.splice(0).map((source) => source.stop()));
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    }
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });

  async function server(respond: Respond): Promise<{ url: string; questions: Question[] }> {
    const questions: Question[] = [];
    const http = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const form = new URLSearchParams(body);
        const timeMs = Math.round(Number(form.get('time')) * 1000);
        const question = { query: form.get('query') ?? '', timeMs, headers: request.headers };
        questions.push(question);
        respond(question, response);
      });
    }).listen(0, '127.0.0.1');
    servers.push(http);
    await once(http, 'listening');
    return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/base/`, questions };
  }

  function asking(url: string, more: Partial<PrometheusOptions> = {}) {
    const cycles: Cycle[] = [];
    const telemetry = createTelemetry();
    const source = prometheusSource({
      url,
      intervalMs: 50,
      delayMs: 0,
      catchUpMs: 600_000,
      matchers: ['job="faultline"'],
      headers: {},
      credentials: null,
      lastCycleAt: () => Promise.resolve(undefined),
      ingest: (cycle) => {
        cycles.push(cycle);
        return Promise.resolve(true);
      },
      now: () => NOW,
      log: pino({ level: 'silent' }),
      telemetry,
      ...more,
    });
    sources.push(source);
    source.start();
    const codes = async () => (await telemetry.scrapeErrors.get()).values.map(({ labels }) => labels.code);
    return { source, cycles, codes };
  }

  async function until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise(setImmediate);
  }
  const errorOf = (source: CycleSource) => source.hosts().find(({ error }) => error !== null)?.error ?? null;
  const numbers = (cycles: Cycle[]) => cycles.map(({ number }) => number);

  it('brings cycle after cycle, each once, and asks for no more than is new', async () => {
    const scrapes = [scrape(1), scrape(2)];
    const { url, questions } = await server((question, response) => {
      holding(scrapes)(question, response);
    });
    const { source, cycles } = asking(url);
    await until(() => cycles.length === 2);
    scrapes.push(scrape(3));
    await until(() => cycles.length === 3);
    expect(numbers(cycles)).toEqual([1, 2, 3]);
    expect(source.hosts()).toEqual([{ url: `${url} hA:9177`, host: 'hA', lastCycle: NOW - 57_000, error: null }]);
    expect(questions.every(({ query }) => /\[\d{1,6}ms\]\)?$/.test(query))).toBe(true);
    expect(questions[0]?.query).toBe(
      `last_over_time({__name__="${METRICS.cycleTimestamp}",job="faultline"}[300000ms])`,
    );
    expect(questions.at(-1)?.query).toContain('[58000ms]');
  });

  it('reads what was missed where its records end, within the bound, oldest first', async () => {
    const scrapes = [1, 2, 3].map((number) => scrape(number, NOW - 900_000 + number * 250_000));
    const { url } = await server(holding(scrapes));
    const bounded = asking(url);
    await until(() => bounded.cycles.length === 2);
    expect(numbers(bounded.cycles)).toEqual([2, 3]);
    const { cycles } = asking(url, { lastCycleAt: () => Promise.resolve(scrapes[1]?.at) });
    await until(() => cycles.length === 2);
    expect(numbers(cycles)).toEqual([2, 3]);
    const later = asking(url, { lastCycleAt: () => Promise.resolve(NOW - 149_000) });
    await until(() => later.cycles.length === 1);
    expect(numbers(later.cycles)).toEqual([3]);
  });

  it('waits while some of a scrape is not there yet, and takes it as it is when that lasts', async () => {
    const whole = scrape(2, NOW - 2000);
    const part = { ...whole, text: `${metricsText({ number: 2, at: whole.at })}${METRICS.domains} 1\n` };
    const scrapes = [part];
    const { url, questions } = await server((question, response) => {
      holding(scrapes)(question, response);
    });
    const { cycles } = asking(url);
    await until(() => questions.filter(isAboutNewest).length === 3);
    expect(cycles).toEqual([]);
    scrapes.splice(0, 1, whole);
    await until(() => cycles.length === 1);
    scrapes.splice(0, 1, { ...part, at: NOW - 31_000 });
    const late = asking(url);
    await until(() => late.cycles.length === 1);
  });

  it('passes over a scrape that cannot be one cycle, tells of it, and goes on', async () => {
    const mixed = { at: scrape(1).at, text: scrape(1).text.replace('hA', 'hB') };
    const { url } = await server(holding([scrape(1), mixed, scrape(2)]));
    const { cycles, codes } = asking(url);
    await until(() => cycles.length === 1);
    expect(numbers(cycles)).toEqual([2]);
    expect(await codes()).toContain('mixed-cycles');
  });

  it('reads again what could not be stored', async () => {
    let stored = 0;
    const { url } = await server(holding([scrape(1)]));
    const { source } = asking(url, {
      ingest: () => {
        stored += 1;
        return stored === 1 ? Promise.reject(new Error('the store is away')) : Promise.resolve(true);
      },
    });
    await until(() => stored === 2 && errorOf(source) === null);
  });

  const answering =
    (text: string, status = 200): Respond =>
    (_question, response) =>
      response.writeHead(status).end(text);
  const samples =
    (text: string): Respond =>
    (question, response) =>
      response.end(isAboutNewest(question) ? newest(NOW) : text);
  const row = (values: unknown) => matrix([{ metric: TARGET, values }]);

  it.each<[string, Respond, string]>([
    ['no JSON', answering('<html>'), 'answer-not-json'],
    ['nothing', answering(''), 'answer-not-json'],
    ['an error page', answering('<html>', 502), 'http-status'],
    ['a redirect', (_, response) => response.writeHead(302, { location: '/elsewhere' }).end(), 'unreachable'],
    ['no credentials', answering('who are you?', 401), 'http-status'],
    ['a refusal', answering('{"status":"error","errorType":"bad_data","error":"no"}', 400), 'query-refused'],
    ['a refusal with 200', answering('{"status":"error","errorType":"execution","error":"no"}'), 'query-refused'],
    [
      'another JSON',
      answering('{"status":"success","data":{"resultType":"scalar","result":[1,"1"]}}'),
      'answer-malformed',
    ],
    ['deep JSON', answering('['.repeat(100_000)), 'answer-not-json'],
    ['no exporters', answering(vector([])), 'no-cycles'],
    [
      'a warning',
      answering('{"status":"success","warnings":["store gone"],"data":{"resultType":"vector","result":[]}}'),
      'answer-partial',
    ],
    [
      'a part',
      answering('{"status":"success","isPartial":true,"data":{"resultType":"vector","result":[]}}'),
      'answer-partial',
    ],
    ['a word for a number', samples(row([[NOW / 1000, 'many']])), 'answer-malformed'],
    ['a number for a text', samples(row([[NOW / 1000, 1]])), 'answer-malformed'],
    ['a time that is none', samples(row([[null, '1']])), 'answer-malformed'],
    ['a label that is no text', samples(matrix([{ metric: { a: 1 }, values: [] }])), 'answer-malformed'],
    ['samples from another time', samples(row([[1e9, '1']])), 'answer-malformed'],
    [
      'a broken body',
      (_, response) => response.writeHead(200, { 'content-length': 99 }).write('x', () => response.destroy()),
      'unreachable',
    ],
    ['too much', answering(`"${'a'.repeat(200_000)}"`), 'body-too-large'],
    ['an endless refusal', answering('a'.repeat(200_000), 500), 'body-too-large'],
    ['silence', () => undefined, 'timeout'],
  ])('says what is wrong with %s, and brings nothing', async (_what, respond, code) => {
    const { url } = await server(respond);
    const { source, cycles, codes } = asking(url, { bodyLimitBytes: 100_000 });
    await until(() => errorOf(source) !== null);
    expect(await codes()).toEqual([code]);
    expect(cycles).toEqual([]);
  });

  it.each([
    ['NaN', 'no-cycle'],
    ['+Inf', 'no-cycle'],
    ['-1', 'no-cycle'],
    ['1e300', 'no-cycle'],
  ])('refuses the cycle number %s', async (value, code) => {
    const { url } = await server(
      holding([
        { ...scrape(1), text: scrape(1).text.replace(`${METRICS.cycleNumber} 1`, `${METRICS.cycleNumber} ${value}`) },
      ]),
    );
    const { source, cycles, codes } = asking(url);
    await until(() => errorOf(source) !== null);
    expect(await codes()).toEqual([code]);
    expect(cycles).toEqual([]);
  });

  it('refuses a cycle from the future', async () => {
    const { url } = await server(holding([{ ...scrape(1), text: metricsText({ number: 1, at: NOW + 700_000 }) }]));
    const { source, codes } = asking(url);
    await until(() => errorOf(source) !== null);
    expect(await codes()).toEqual(['clock-ahead']);
  });

  it('tells the server who it is from a file, read anew for each question, and what else is asked for', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'faultline-secret-'));
    folders.push(folder);
    const file = join(folder, 'token');
    writeFileSync(file, 'first\n');
    const { url, questions } = await server(holding([scrape(1)]));
    const headers = { 'X-Scope-OrgID': 'tenant-1' };
    asking(url, { credentials: { kind: 'bearer', file }, headers });
    await until(() => questions.length > 0);
    expect(questions[0]?.headers).toMatchObject({ authorization: 'Bearer first', 'x-scope-orgid': 'tenant-1' });
    writeFileSync(file, 'second');
    await until(() => questions.at(-1)?.headers.authorization === 'Bearer second');
    writeFileSync(file, 'ana:secret');
    asking(url, { credentials: { kind: 'basic', file } });
    await until(() => questions.at(-1)?.headers.authorization === 'Basic YW5hOnNlY3JldA==');
  });

  it.each([
    ['is not there', undefined],
    ['is empty', '\n'],
    ['has several lines', 'a:b\nc'],
    ['has no user', 'secret'],
  ])('asks nothing where the file of credentials %s', async (_what, content) => {
    const folder = mkdtempSync(join(tmpdir(), 'faultline-secret-'));
    folders.push(folder);
    const file = join(folder, 'secret');
    if (content !== undefined) writeFileSync(file, content);
    const { url, questions } = await server(holding([scrape(1)]));
    const { source, codes } = asking(url, { credentials: { kind: 'basic', file } });
    await until(() => errorOf(source) !== null);
    expect(await codes()).toEqual(['credentials-unusable']);
    expect(errorOf(source)).not.toContain('secret\n');
    expect(questions).toEqual([]);
  });

  it('stops at once while the server is silent', async () => {
    const { url, questions } = await server(() => undefined);
    const { source } = asking(url, { intervalMs: 60_000 });
    await until(() => questions.length === 1);
    const started = performance.now();
    await source.stop();
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
