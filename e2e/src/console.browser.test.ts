import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Locator, Page } from 'playwright-core';
import { TIMELINE_FRAMES, type FrameJson, type QueryAnswer } from '@faultline/contracts';
import { freePort } from '@faultline/lab';
import { Closers } from './closers.ts';
import { boxOf, visit, type Visit } from './page.ts';
import { documented, picture } from './pictures.ts';
import { startOms } from './programs.ts';

const MINUTE = 60_000;
const fileOf = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const SCENARIO = fileOf('scenarios/guest-panic');

interface Scenario {
  title: string;
  from: number;
  to: number;
  vm: { uuid: string; name: string };
}

const readJson = async <T>(path: string): Promise<T> => JSON.parse(await readFile(path, 'utf8')) as T;

const shown = (page: Page, testId: string, attributes = ''): Locator =>
  page.locator(`[data-testid="${testId}"]${attributes}`);

/** Opens the page and waits for the chart. */
async function openChart(visited: Visit, url: string): Promise<Page> {
  await visited.page.goto(url);
  await shown(visited.page, 'faultline-state-segment').first().waitFor({ timeout: MINUTE });
  return visited.page;
}

const searchOf = (page: Page): URLSearchParams => new URL(page.url()).searchParams;

describe.each(['datasource-plugin', 'panel-plugin'])('the bundle of %s', (workspace) => {
  it('asks its host only for what Grafana 11 and 13 both share', async () => {
    const bundle = await readFile(fileOf(`${workspace}/dist/module.js`), 'utf8');
    const [, list = ''] = /define\((\[[^\]]*\])/.exec(bundle) ?? [];
    const dependencies = JSON.parse(list) as string[];
    expect(dependencies).toContain('@grafana/data');
    expect(dependencies.filter((name) => name.startsWith('react/'))).toEqual([]);
  });
});

describe('the console over a recorded incident', () => {
  const closers = new Closers();
  let scenario: Scenario;
  let expected: QueryAnswer;
  let url: string;
  let visited: Visit;
  let page: Page;

  beforeAll(async () => {
    scenario = await readJson<Scenario>(join(SCENARIO, 'scenario.json'));
    expected = await readJson<QueryAnswer>(join(SCENARIO, 'expected/timeline.json'));
    const data = await mkdtemp(join(tmpdir(), 'faultline-console-'));
    closers.add(() => rm(data, { recursive: true, force: true }));
    const oms = await startOms(data, ['--replay.dir', SCENARIO]);
    closers.add(() => oms.end());
    url = oms.url;
    visited = await visit({ width: 1440, height: 900 });
    closers.add(() => visited.close());
    const before = Date.now();
    page = await openChart(visited, url);
    process.stdout.write(`first chart visible ${Date.now() - before} ms after navigation\n`);
  }, 2 * MINUTE);

  afterAll(() => closers.close(), MINUTE);

  const column = (frame: string, field: string): unknown[] => {
    const { schema, data } = expected.frames.find(({ schema }) => schema.name === frame) as FrameJson;
    return data.values[schema.fields.findIndex(({ name }) => name === field)] ?? [];
  };

  it('says that it is a recording, of when, and shows exactly its range, without refreshing by itself', async () => {
    const banner = await shown(page, 'faultline-recording').innerText();
    expect(banner).toContain(`Recorded incident: ${scenario.title}`);
    expect(banner).toContain('not this machine');
    const search = searchOf(page);
    expect(Date.parse(search.get('from') ?? '')).toBe(scenario.from);
    expect(Date.parse(search.get('to') ?? '')).toBe(scenario.to);
    expect(search.get('refresh') ?? '').toBe('');
    expect(search.get('vm')).toBe(scenario.vm.uuid);
    expect(await shown(page, 'faultline-vm-name').innerText()).toBe(scenario.vm.name);
    expect(await page.title()).toContain(scenario.vm.name);
    await picture(page, 'console-recorded.png');
  });

  it('draws every operation and alarm of the recording (A14), above the bar, times below it (A13, A15-A17)', async () => {
    const idsOf = async (testId: string): Promise<string[]> =>
      Promise.all((await shown(page, testId).all()).map(async (one) => (await one.getAttribute('data-id')) ?? ''));
    expect((await idsOf('faultline-operation')).sort()).toEqual([...column('operations', 'id')].sort());
    expect((await idsOf('faultline-alarm')).sort()).toEqual([...column('alarms', 'id')].sort());
    const bar = await boxOf(shown(page, 'faultline-state-bar'));
    const plot = await boxOf(shown(page, 'faultline-cpu'));
    expect(plot.bottom).toBeLessThanOrEqual(bar.top);
    for (const testId of ['faultline-operation', 'faultline-alarm']) {
      for (const label of await shown(page, testId).all()) {
        expect((await boxOf(label)).bottom).toBeLessThanOrEqual(bar.top);
      }
    }
    for (const label of await shown(page, 'faultline-time-label').all()) {
      expect((await boxOf(label)).top).toBeGreaterThanOrEqual(bar.bottom);
    }
  });

  it('opens the hops of the failed operation, with the cause (A26, A29)', async () => {
    const failed = column('operations', 'result').indexOf('failed');
    const id = String(column('operations', 'id')[failed]);
    await shown(page, 'faultline-operation', `[data-id="${id}"]`).click();
    const hop = shown(page, 'faultline-hop', '[data-result="failed"]').first();
    await hop.waitFor({ timeout: 10_000 });
    expect(await shown(page, 'faultline-drawer').innerText()).toContain(String(column('operations', 'cause')[failed]));
    await documented(page, 'operation.png');
    await page.keyboard.press('Escape');
    await shown(page, 'faultline-drawer').waitFor({ state: 'hidden' });
  });

  it("opens the alarm's card (A27, A43)", async () => {
    await shown(page, 'faultline-alarm').first().click();
    const card = shown(page, 'faultline-alarm-card');
    await card.waitFor({ timeout: 10_000 });
    expect(await card.innerText()).toContain(String(column('alarms', 'id')[0]));
    await page.keyboard.press('Escape');
    await shown(page, 'faultline-drawer').waitFor({ state: 'hidden' });
  });

  it('zooms by dragging, goes back with the browser, and zooms out', async () => {
    const plot = await boxOf(shown(page, 'faultline-cpu'));
    const middle = (plot.top + plot.bottom) / 2;
    const at = (part: number): number => plot.left + (plot.right - plot.left) * part;
    await page.mouse.move(at(0.4), middle);
    await page.mouse.down();
    await page.mouse.move(at(0.6), middle, { steps: 8 });
    await page.mouse.up();
    const fromOf = (): number => Date.parse(searchOf(page).get('from') ?? '');
    await page.waitForURL(() => fromOf() > scenario.from);
    expect(Date.parse(searchOf(page).get('to') ?? '')).toBeLessThan(scenario.to);
    const zoomed = fromOf();
    await page.getByRole('button', { name: 'Zoom out' }).click();
    await page.waitForURL(() => fromOf() < zoomed);
    await page.goBack();
    await page.waitForURL(() => fromOf() === zoomed);
    await page.goBack();
    await page.waitForURL(() => fromOf() === scenario.from);
  });

  it('keeps the chosen theme when the page is opened again', async () => {
    const theme = (): Promise<string | null> => page.locator('html').getAttribute('data-theme');
    expect(await theme()).toBe('dark');
    await shown(page, 'faultline-theme').click();
    expect(await theme()).toBe('light');
    await openChart(visited, url);
    expect(await theme()).toBe('light');
    await picture(page, 'console-recorded-light.png');
  });

  it('keeps one failing query from silencing the others, and gives the words and the code of the OMS', async () => {
    // The data source as the page loaded it, asked for a VM that is there and one that is not.
    const answer = await page.evaluate<Record<string, unknown>>(`(async () => {
      const { plugin } = await System.import('/public/plugins/faultline-oms-datasource/module.js');
      const datasource = new plugin.DataSourceClass({ uid: 'test', type: 'faultline-oms-datasource', url: '' });
      const at = (ms) => ({ valueOf: () => ms });
      const responses = [];
      await datasource.query({
        requestId: 'test', scopedVars: {}, range: { from: at(${scenario.from}), to: at(${scenario.to}) },
        targets: [
          { refId: 'A', type: 'timeline', vm: '00000000-0000-4000-8000-000000000000' },
          { refId: 'B', type: 'timeline', vm: '${scenario.vm.uuid}' },
          { refId: 'C', type: 'operation', id: 'no-such-operation' },
        ],
      }).forEach((response) => responses.push(response));
      const last = responses.at(-1);
      return {
        frames: last.data.map((frame) => frame.refId + ' ' + frame.name),
        errors: last.errors.map((error) => [error.refId, error.statusText, error.status]),
        vms: await datasource.metricFindQuery(),
        health: await datasource.testDatasource(),
      };
    })()`);
    expect(answer['frames']).toEqual(Object.keys(TIMELINE_FRAMES).map((name) => `B ${name}`));
    expect(answer['errors']).toEqual([
      ['A', 'vm-unknown', 404],
      ['C', 'operation-unknown', 404],
    ]);
    expect(answer['vms']).toEqual([{ text: scenario.vm.name, value: scenario.vm.uuid }]);
    expect((answer['health'] as { message: string }).message).toContain(scenario.title);
    forget(visited, /404/, 2);
  });

  it('says so when the address asks for a VM that is not there', async () => {
    await page.goto(`${url}/?vm=00000000-0000-4000-8000-000000000000`);
    await shown(page, 'faultline-vm-unknown').waitFor({ timeout: MINUTE });
    await shown(page, 'faultline-vm-list').getByText(scenario.vm.name, { exact: true }).click();
    await shown(page, 'faultline-state-segment').first().waitFor();
  });

  it('fits a phone: no sideways scrolling, and the VMs in a dropdown', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await openChart(visited, url);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    expect(await shown(page, 'faultline-vm-list').count()).toBe(0);
    await page.getByRole('combobox', { name: 'Virtual machine' }).click();
    await page.getByRole('option', { name: scenario.vm.name }).waitFor();
    await page.keyboard.press('Escape');
    await picture(page, 'console-phone.png');
  });

  it('did nothing that a page of ours must never do', () => {
    expect(visited.complaints).toEqual([]);
  });
});

describe('the console without anything to show', () => {
  const closers = new Closers();
  let visited: Visit;

  beforeAll(async () => {
    visited = await visit();
    closers.add(() => visited.close());
  }, MINUTE);

  afterAll(() => closers.close(), MINUTE);

  it(
    'names what it waits for, what to check, and since when the OMS is away; and comes back by itself',
    async () => {
      const data = await mkdtemp(join(tmpdir(), 'faultline-console-'));
      closers.add(() => rm(data, { recursive: true, force: true }));
      const [port, nobody] = [await freePort(), await freePort()];
      const args = ['--scrape.url', `http://127.0.0.1:${nobody}/metrics`, '--scrape.interval', '1s'];
      const first = await startOms(data, args, port);
      closers.add(() => first.end());
      const { page } = visited;
      await page.goto(first.url);
      const empty = shown(page, 'faultline-no-vms');
      await empty.waitFor({ timeout: MINUTE });
      expect(await empty.innerText()).toContain(`http://127.0.0.1:${nobody}/metrics`);
      expect(await empty.innerText()).toContain(`curl http://127.0.0.1:${nobody}/-/ready`);
      expect(visited.complaints).toEqual([]);

      await first.end();
      const away = shown(page, 'faultline-unreachable');
      await away.waitFor({ timeout: 20_000 });
      expect(await away.innerText()).toMatch(/has not answered since \d\d:\d\d:\d\d: no connection/);

      const second = await startOms(data, args, port);
      closers.add(() => second.end());
      await away.waitFor({ state: 'hidden', timeout: 20_000 });
      forget(visited, /net::ERR_/);
      expect(visited.complaints).toEqual([]);
    },
    2 * MINUTE,
  );
});

/** Takes out of a visit's complaints those of failed requests that a test asked for: `count` of them, or any number. */
function forget(visited: Visit, expected: RegExp, count?: number): void {
  const others = visited.complaints.filter((text) => !expected.test(text));
  if (count !== undefined) expect(visited.complaints.length - others.length).toBe(count);
  visited.complaints.splice(0, visited.complaints.length, ...others);
}
