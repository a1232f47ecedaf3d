import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { HostReportBatch } from '@faultline/contracts';
import { Closers } from './closers.ts';
import { visit, type Visit } from './page.ts';
import { startOms, until } from './programs.ts';

const MINUTE = 60_000;
const fileOf = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const SCENARIO = fileOf('scenarios/guest-panic');
const VM = { uuid: '11111111-1111-4111-8111-111111111111', name: 'web' };

interface Scenario {
  from: number;
  to: number;
  vm: { uuid: string; name: string };
}

/** What a query came to: frames as rows of objects, and errors by their codes. */
interface Answer {
  states: string[];
  frames: { name: string; as: string; notices: string[]; rows: Record<string, unknown>[] }[];
  errors: [string, string][];
}

/** Makes a data source of the bundle, as the page loaded it, and what tests ask of it. */
const PREPARE = `(async () => {
  const { plugin } = await System.import('/public/plugins/faultline-oms-datasource/module.js');
  const datasource = new plugin.DataSourceClass({ uid: 'u', name: 'Faultline', type: 'faultline-oms-datasource', url: '' });
  const at = (ms) => ({ valueOf: () => ms });
  const answerOf = (responses) => {
    const { data = [], errors = [] } = responses.at(-1) ?? {};
    return {
      states: responses.map(({ state }) => state),
      frames: data.map(({ name, meta, fields, length }) => ({
        name,
        as: meta?.preferredVisualisationType ?? '',
        notices: (meta?.notices ?? []).map(({ text }) => text),
        rows: Array.from({ length }, (_, row) =>
          Object.fromEntries(fields.map((field) => [field.name, field.values[row]]))),
      })),
      errors: errors.map(({ refId, statusText }) => [refId, statusText]),
    };
  };
  const start = (targets, { from, to, raw = {}, ...more }) => {
    const responses = [];
    const range = { from: at(from), to: at(to), raw };
    const subscription = datasource
      .query({ requestId: 'q' + Math.random(), scopedVars: {}, range, targets, ...more })
      .subscribe((response) => responses.push(response));
    return { responses, subscription };
  };
  window.faultline = {
    datasource,
    // Until every target was answered.
    ask: async (targets, options) => {
      const { responses, subscription } = start(targets, options);
      while (!responses.some(({ state }) => state !== 'Loading')) await new Promise((done) => setTimeout(done, 20));
      subscription.unsubscribe();
      return answerOf(responses);
    },
    watch: (targets, options) => {
      const { responses, subscription } = start(targets, options);
      return { answer: () => answerOf(responses), stop: () => subscription.unsubscribe() };
    },
  };
})()`;

const closers = new Closers();
let visited: Visit;
const inPage = <T>(expression: string): Promise<T> => visited.page.evaluate<T>(expression);
const ask = (targets: object[], options: object): Promise<Answer> =>
  inPage<Answer>(`faultline.ask(${JSON.stringify(targets)}, ${JSON.stringify(options)})`);

/** An OMS with a browser on its page, and the data source in it. */
async function open(args: string[]): Promise<string> {
  const data = await mkdtemp(join(tmpdir(), 'faultline-datasource-'));
  closers.add(() => rm(data, { recursive: true, force: true }));
  const oms = await startOms(data, args);
  closers.add(() => oms.end());
  visited = await visit();
  closers.add(() => visited.close());
  await visited.page.goto(oms.url);
  await until(
    'the page',
    () => inPage<boolean>(`'define' in window && document.querySelector('[data-testid]') !== null`),
    MINUTE,
  );
  await inPage(PREPARE);
  return oms.url;
}

it('is a small bundle', async () => {
  const bundle = await readFile(fileOf('datasource-plugin/dist/module.js'));
  expect(gzipSync(bundle).length).toBeLessThanOrEqual(60_000);
});

describe('the data source over a recorded incident', () => {
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = JSON.parse(await readFile(join(SCENARIO, 'scenario.json'), 'utf8')) as Scenario;
    await open(['--replay.dir', SCENARIO]);
  }, 2 * MINUTE);
  afterAll(() => closers.close(), MINUTE);

  it('lists operations and alarms, filtered by the dashboard too, and says which filters do not apply', async () => {
    const filters = [
      { key: 'result', operator: '=', value: 'failed' },
      { key: 'level', operator: '=', value: 'critical' },
    ];
    const { frames, errors } = await ask(
      [
        { refId: 'A', type: 'operations' },
        { refId: 'B', type: 'alarms' },
      ],
      { ...scenario, filters },
    );
    expect(errors).toEqual([]);
    const [operations, alarms] = frames;
    expect(operations).toMatchObject({
      name: 'operationList',
      as: 'table',
      notices: [expect.stringContaining('level')],
    });
    expect(operations?.rows.map(({ result }) => result)).toEqual(['failed']);
    expect(new Set(alarms?.rows.map(({ level }) => level))).toEqual(new Set(['critical']));
    expect(alarms?.notices).toEqual([expect.stringContaining('result')]);
  });

  it("opens the failed operation in Grafana's trace and logs, cause included (A26, A29)", async () => {
    const { frames: lists } = await ask([{ refId: 'A', type: 'operations' }], scenario);
    const failed = lists[0]?.rows.find(({ result }) => result === 'failed');
    const [trace, logs] = (
      await ask(
        [
          { refId: 'A', type: 'operation', id: failed?.['id'], format: 'trace' },
          { refId: 'B', type: 'operation', id: failed?.['id'], format: 'logs' },
        ],
        scenario,
      )
    ).frames;
    expect([trace?.as, logs?.as]).toEqual(['trace', 'logs']);
    expect(trace?.rows[0]).toMatchObject({ traceID: failed?.['id'], statusMessage: failed?.['cause'], statusCode: 2 });
    expect(trace?.rows.length).toBeGreaterThan(1);
    expect(String(logs?.rows[0]?.['body'])).toContain(`failed (${String(failed?.['cause'])})`);
  });

  it('annotates any chart', async () => {
    const target = await inPage<object>(
      `faultline.datasource.annotations.prepareQuery({ target: { refId: 'Anno', type: 'alarms' } })`,
    );
    const { frames } = await ask([target], scenario);
    expect(Object.keys(frames[0]?.rows[0] ?? {})).toEqual(['time', 'timeEnd', 'title', 'text', 'tags', 'id']);
  });

  it('gives the keys and values of ad-hoc filters, and the values of variables', async () => {
    const keys = await inPage<{ text: string }[]>('faultline.datasource.getTagKeys()');
    expect(keys.map(({ text }) => text)).toEqual(expect.arrayContaining(['vm', 'host', 'user', 'name', 'level']));
    const values = (key: string) =>
      inPage<object[]>(`faultline.datasource.getTagValues({ key: '${key}', filters: [] })`);
    expect(await values('vm')).toEqual([{ text: scenario.vm.name, value: scenario.vm.uuid }]);
    expect(await values('level')).toContainEqual({ text: 'critical', value: 'critical' });
    expect(await values('nonsense')).toEqual([]);
    const names = await inPage<object[]>(`faultline.datasource.metricFindQuery({ variable: 'alarm-names' })`);
    expect(names.length).toBeGreaterThan(0);
  });

  it('refuses what cannot be asked with a code, each by itself', async () => {
    const { frames, errors } = await ask(
      [
        { refId: 'A', type: 'timeline', vm: 'web', schemaVersion: 99 },
        { refId: 'B', type: 'timeline', vm: 'web' },
        { refId: 'C', type: 'cpu', vm: scenario.vm.uuid, format: 'trace' },
        { refId: 'D', type: 'vms' },
      ],
      { ...scenario, filters: [{ key: 'host', operator: '=~', value: '.*' }] },
    );
    expect(frames).toEqual([]);
    expect(errors).toEqual([
      ['A', 'query-newer'],
      ['B', 'query-incomplete'],
      ['C', 'query-incomplete'],
      ['D', 'filter-unsupported'],
    ]);
  });

  it('did nothing that a page of ours must never do', () => {
    expect(visited.complaints).toEqual([]);
  });
});

describe('live queries', () => {
  let url: string;
  beforeAll(async () => {
    url = await open(['--web.anonymous-access', 'operate']);
  }, 2 * MINUTE);
  afterAll(() => closers.close(), MINUTE);

  const raise = async (id: string): Promise<void> => {
    const at = Date.now();
    const batch: HostReportBatch = {
      host: 'hA',
      reports: [
        {
          type: 'alarm',
          id: `report-${id}`,
          alarm: {
            ...{ id, key: id, name: 'VM crashed', category: 'processing', level: 'major', cause: 'it panicked' },
            ...{ details: {}, vm: VM, host: 'hA', raised: at, changed: at, occurrences: 1, source: 'nc:hA' },
          },
        },
      ],
    };
    const answer = await fetch(`${url}/api/v1/reports`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(batch),
    });
    expect(answer.status).toBe(200);
  };
  /** Alarms of the last hour, of which the page is told as it is by Grafana. */
  const watch = (): Promise<void> =>
    inPage(`{
      const now = Date.now();
      window.watched = faultline.watch([{ refId: 'A', type: 'alarms', live: true }],
        { from: now - 3_600_000, to: now, raw: { from: 'now-1h', to: 'now' } });
    }`);
  const stateOf = (): Promise<{ state: string; alarms: number }> =>
    inPage(
      `(({ states, frames }) => ({ state: states.at(-1), alarms: frames[0]?.rows.length ?? -1 }))(watched.answer())`,
    );
  const comesTo = (state: string, alarms: number): Promise<true> =>
    until(
      `${alarms} alarms, ${state}`,
      async () => {
        const now = await stateOf();
        return now.state === state && now.alarms === alarms;
      },
      20_000,
    );

  it(
    'end like others where their host has no stream',
    async () => {
      await watch();
      await comesTo('Done', 0);
      await inPage('watched.stop()');
    },
    MINUTE,
  );

  it(
    'show what is new soon after it was stored, with a range that has moved on',
    async () => {
      // As Grafana's own service does it: each piece of the answer as it comes, and no answer held back until it is whole.
      await inPage(`(async () => {
      const { getBackendSrv } = await System.import('@grafana/runtime');
      const { Observable } = await System.import('rxjs');
      getBackendSrv().chunked = ({ url, headers }) => new Observable((observer) => {
        const controller = new AbortController();
        (async () => {
          const response = await fetch(url, { headers, signal: controller.signal });
          const reader = response.body.getReader();
          for (;;) {
            const { value, done } = await reader.read();
            if (done) return observer.complete();
            observer.next({ ok: response.ok, status: response.status, data: value });
          }
        })().catch((reason) => observer.error(reason));
        return () => controller.abort();
      });
    })()`);
      await inPage(PREPARE);
      await watch();
      await comesTo('Streaming', 0);
      await raise('first');
      await comesTo('Streaming', 1);
      await raise('second');
      await comesTo('Streaming', 2);
      await inPage('watched.stop()');
      expect((await stateOf()).alarms).toBe(2);
      expect(visited.complaints).toEqual([]);
    },
    MINUTE,
  );
});
