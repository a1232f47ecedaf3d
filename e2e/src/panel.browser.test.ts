import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { QueryAnswer } from '@faultline/contracts';
import type { Locator, Page } from 'playwright-core';
import { axeFindings } from './axe.ts';
import { Closers } from './closers.ts';
import { boxOf, visit, type Box, type Visit } from './page.ts';
import { documented, picture } from './pictures.ts';
import { startOms, until } from './programs.ts';

const MINUTE = 60_000;
const fileOf = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const SCENARIO = fileOf('scenarios/guest-panic');
const HOUR = 3_600_000;
const FROM = 1_795_400_000_000;
const SIZE = { width: 1200, height: 520 };

/** A made-up hour; see console/test-page/stories.ts. */
const story = (more: object = {}): Record<string, unknown> => ({
  ...{ from: FROM, to: FROM + HOUR, cpu: 360, states: 40, operations: 20, alarms: 12, seed: 1 },
  ...more,
});

const shown = (page: Page, testId: string, attributes = ''): Locator =>
  page.locator(`[data-testid="${testId}"]${attributes}`);

/** Calls the page's own functions. The argument travels as JSON. */
const call = <T>(page: Page, name: string, argument: unknown): Promise<T> =>
  page.evaluate<T>(`window.testPage[${JSON.stringify(name)}](${JSON.stringify(argument)})`);

/** Waits until it is so on the page. Playwright's own waiting evaluates text inside of the page, which the page's policy forbids. */
const isSo = (page: Page, expression: string, everyMs = 50): Promise<boolean> =>
  until(expression, () => page.evaluate<boolean>(expression), 30_000, everyMs);

async function show(page: Page, more: object): Promise<void> {
  await call(page, 'show', { ...SIZE, from: FROM, to: FROM + HOUR, ...more });
  await shown(page, 'faultline-chart', '[data-marks]').first().waitFor();
}

/** Every label of the chart, and what stands in its middle. */
interface Label {
  box: Box;
  count: number;
  isOnTop: boolean;
  text: string;
}

/** In one turn of the page, because 200 charts are looked at. */
const LABELS = `[...document.querySelectorAll('[data-testid="faultline-chart"] button[data-testid^="faultline-"]')]
  .filter((label) => label.dataset.testid !== 'faultline-state-segment')
  .map((label) => {
    const { left, top, right, bottom } = label.getBoundingClientRect();
    const middle = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    return {
      box: { left, top, right, bottom },
      count: Number(label.dataset.count ?? 1),
      isOnTop: label === middle || label.contains(middle),
      text: label.ariaLabel,
    };
  })`;

const overlap = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

describe.each([
  ['Grafana 13', 'grafana-13', 200],
  // The layout is the same code; what differs is React.
  ['Grafana 11', 'grafana-11', 40],
])('the panel in a page of %s', (_name, build, sets) => {
  const closers = new Closers();
  let visited: Visit;
  let page: Page;
  let recorded: {
    frames: { name: string; fields: { name: string; values: unknown[] }[] }[];
    from: number;
    to: number;
  };

  beforeAll(async () => {
    const data = await mkdtemp(join(tmpdir(), 'faultline-panel-'));
    closers.add(() => rm(data, { recursive: true, force: true }));
    const oms = await startOms(data, [
      ...['--replay.dir', SCENARIO],
      ...['--console.dir', fileOf(`console/dist-test/${build}`)],
    ]);
    closers.add(() => oms.end());
    visited = await visit({ width: 1440, height: 900 });
    closers.add(() => visited.close());
    page = visited.page;
    await page.goto(oms.url);
    await page.evaluate('window.testPage.ready');
    const { from, to } = JSON.parse(await readFile(join(SCENARIO, 'scenario.json'), 'utf8')) as {
      from: number;
      to: number;
    };
    const { frames } = JSON.parse(await readFile(join(SCENARIO, 'expected/timeline.json'), 'utf8')) as QueryAnswer;
    recorded = {
      from,
      to,
      frames: frames.map(({ schema, data }) => ({
        ...schema,
        fields: schema.fields.map((field, index) => ({ ...field, config: {}, values: data.values[index] ?? [] })),
      })),
    };
  }, 2 * MINUTE);

  afterAll(() => closers.close(), MINUTE);

  it('puts the CPU in its coordinate system, labels above the bar, the bar on the axis, times below (A13-A17)', async () => {
    await show(page, { stories: [story()] });
    const plot = await boxOf(shown(page, 'faultline-cpu'));
    const bar = await boxOf(shown(page, 'faultline-state-bar'));
    const labels = await page.evaluate<Label[]>(LABELS);
    expect(labels.length).toBeGreaterThan(10);
    for (const { box } of labels) {
      expect(box.top).toBeGreaterThanOrEqual(plot.bottom);
      expect(box.bottom).toBeLessThanOrEqual(bar.top);
    }
    for (const time of await shown(page, 'faultline-time-label').all()) {
      expect((await boxOf(time)).top).toBeGreaterThanOrEqual(bar.bottom);
    }
    const segments = await shown(page, 'faultline-state-segment').all();
    const boxes = await Promise.all(segments.map(boxOf));
    boxes.slice(1).forEach((box, i) => {
      expect(Math.abs(box.left - (boxes[i]?.right ?? 0))).toBeLessThan(0.5);
    });
  });

  it(
    'lets no two labels overlap, loses none, and lets each be clicked, whatever comes (A21)',
    async () => {
      await show(page, { stories: [story()] });
      for (let seed = 1; seed <= sets; seed += 1) {
        const [operations, alarms] = [(seed * 7) % 120, (seed * 13) % 90];
        const one = story({ seed, operations, alarms, bursts: (seed % 5) / 5 });
        await call(page, 'refresh', { stories: [one], from: FROM, to: FROM + HOUR });
        const marks = `document.querySelector('[data-testid="faultline-chart"]')?.dataset.marks`;
        await isSo(page, `${marks} === '${operations + alarms}'`, 20);
        const labels = await page.evaluate<Label[]>(LABELS);
        const counted = labels.reduce((sum, { count }) => sum + count, 0);
        expect({ seed, counted }).toEqual({ seed, counted: operations + alarms });
        const hidden = labels.filter(({ isOnTop }) => !isOnTop).map(({ text }) => text);
        expect({ seed, hidden }).toEqual({ seed, hidden: [] });
        const over = labels.flatMap((a, i) => labels.slice(i + 1).filter((b) => overlap(a.box, b.box)));
        expect({ seed, over: over.length }).toEqual({ seed, over: 0 });
      }
    },
    4 * MINUTE,
  );

  it('is walked through, opened and closed by the keyboard alone', async () => {
    await show(page, { frames: recorded.frames, from: recorded.from, to: recorded.to });
    await shown(page, 'faultline-operation').first().focus();
    const focused = (): Promise<string> =>
      page.evaluate(`document.activeElement.dataset.testid + ' ' + (document.activeElement.dataset.id ?? '')`);
    const first = await focused();
    await page.keyboard.press('ArrowRight');
    expect(await focused()).not.toBe(first);
    await page.keyboard.press('ArrowUp');
    expect(await focused()).toMatch(/^faultline-alarm /);
    await page.keyboard.press('Enter');
    await shown(page, 'faultline-alarm-card').waitFor();
    await page.keyboard.press('Escape');
    await shown(page, 'faultline-drawer').waitFor({ state: 'hidden' });
    expect(await focused()).toMatch(/^faultline-alarm /);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toMatch(/^faultline-state-segment/);
    await page.keyboard.press('Enter');
    await shown(page, 'faultline-state-card').waitFor();
    await page.keyboard.press('Escape');
  });

  it('opens the state under the pointer, says what else happened, and goes there', async () => {
    await show(page, { frames: recorded.frames, from: recorded.from, to: recorded.to });
    const abnormal = await boxOf(shown(page, 'faultline-state-segment', '[data-state="abnormal"]').first());
    await page.mouse.click((abnormal.left + abnormal.right) / 2, (abnormal.top + abnormal.bottom) / 2);
    const card = shown(page, 'faultline-state-card', '[data-state="abnormal"]');
    await card.waitFor();
    expect(await card.innerText()).toContain('crashed (panicked)');
    await shown(page, 'faultline-around').locator('button').first().click();
    await card.waitFor({ state: 'hidden' });
    await page.keyboard.press('Escape');
  });

  it('keeps in the address what is open', async () => {
    await show(page, { frames: recorded.frames, from: recorded.from, to: recorded.to });
    const failed = shown(page, 'faultline-operation', '[data-result="failed"]').first();
    const id = (await failed.getAttribute('data-id')) ?? '';
    await failed.click();
    await shown(page, 'faultline-operation-detail').waitFor();
    await page.waitForURL((url) => [...url.searchParams.values()].includes(`operations.${id}`));
    await page.goBack();
    await shown(page, 'faultline-drawer').waitFor({ state: 'hidden' });
    await page.goForward();
    await shown(page, 'faultline-operation-detail').waitFor();
    await page.keyboard.press('Escape');
    await shown(page, 'faultline-drawer').waitFor({ state: 'hidden' });
    expect([...new URL(page.url()).searchParams.values()]).toEqual([]);
  });

  it('gives data links the begin, the end, the state and the id of what they stand at', async () => {
    const url =
      'https://logs.example/?from=${__segment.from}&to=${__segment.to}&id=${__segment.id}&vm=${__segment.vmName}&bad=<>';
    const links = [
      { title: 'Logs of ${__segment.kind}', url, targetBlank: true },
      { title: 'Code', url: 'javascript:alert(1)' },
    ];
    await show(page, {
      frames: recorded.frames,
      from: recorded.from,
      to: recorded.to,
      fieldConfig: { defaults: { links }, overrides: [] },
    });
    const label = shown(page, 'faultline-operation', '[data-result="failed"]').first();
    const [id, from] = [await label.getAttribute('data-id'), await label.getAttribute('data-from')];
    await label.click();
    const link = shown(page, 'faultline-links').getByRole('link');
    await link.first().waitFor();
    expect(await link.count()).toBe(1);
    expect(await link.first().innerText()).toBe('Logs of operation');
    const href = new URL((await link.first().getAttribute('href')) ?? '');
    expect([href.searchParams.get('id'), href.searchParams.get('from')]).toEqual([id, from]);
    await page.keyboard.press('Escape');
  });

  it('zooms by a drag and out by a double click', async () => {
    await show(page, { stories: [story()] });
    const plot = await boxOf(shown(page, 'faultline-cpu'));
    const middle = (plot.top + plot.bottom) / 2;
    const at = (part: number): number => plot.left + (plot.right - plot.left) * part;
    await page.mouse.move(at(0.25), middle);
    await page.mouse.down();
    await page.mouse.move(at(0.75), middle, { steps: 6 });
    await page.mouse.up();
    const range = (): Promise<{ from: number; to: number }> => call(page, 'range', null);
    await isSo(page, `window.testPage.range().from > ${FROM}`);
    const zoomed = await range();
    expect(Math.abs(zoomed.from - (FROM + HOUR / 4))).toBeLessThan(HOUR / 100);
    await show(page, { stories: [story()] });
    await page.mouse.dblclick(at(0.5), middle);
    await isSo(page, `window.testPage.range().from < ${FROM}`);
    expect((await range()).to).toBeGreaterThan(FROM + HOUR);
  });

  it('moves in time with the axis, and keeps its edges meanwhile', async () => {
    await show(page, { stories: [story()] });
    const axis = await boxOf(shown(page, 'faultline-time-axis'));
    const label = shown(page, 'faultline-time-label').nth(2);
    const before = await boxOf(label);
    const middle = (axis.top + axis.bottom) / 2;
    const byPx = (axis.right - axis.left) / 4;
    await page.mouse.move(axis.left + 2 * byPx, middle);
    await page.mouse.down();
    await page.mouse.move(axis.left + 3 * byPx, middle, { steps: 6 });
    expect((await boxOf(label)).left - before.left).toBeCloseTo(byPx, 0);
    // The edge: what slid past it is not seen over the names.
    const outside = await page.evaluate<boolean>(
      `document.elementsFromPoint(${axis.left - 10}, ${axis.top - 30}).some(({ tagName }) => tagName === 'CANVAS')`,
    );
    expect(outside).toBe(false);
    await page.mouse.up();
    const range = (): Promise<{ from: number; to: number }> => call(page, 'range', null);
    await isSo(page, `window.testPage.range().from < ${FROM}`);
    const moved = await range();
    expect(Math.abs(moved.from - (FROM - HOUR / 4))).toBeLessThan(HOUR / 100);
    expect(moved.to - moved.from).toBe(HOUR);
    // Panel data of the new range come, and the picture is at its place again.
    await call(page, 'refresh', { stories: [story()], ...moved });
    await isSo(page, `document.querySelector('[data-testid="faultline-chart"] > div > div').style.transform === ''`);
    // A click on it changes nothing.
    await page.mouse.click(axis.left + byPx, middle);
    expect(await range()).toEqual(moved);
  });

  it('says everything of the moment under the pointer, and shows it in the panel beside', async () => {
    await show(page, { stories: [story()], panels: 2 });
    await shown(page, 'faultline-chart', '[data-marks]').nth(1).waitFor();
    const plot = await boxOf(shown(page, 'faultline-cpu').first());
    await page.mouse.move(plot.left + 300, plot.top + 60);
    const tooltip = await shown(page, 'faultline-tooltip').innerText();
    expect(tooltip).toMatch(/CPU\s+\d+(\.\d+)?%/);
    expect(tooltip).toMatch(/State/);
    const crosshair = shown(page, 'faultline-crosshair');
    await crosshair.waitFor();
    expect(await crosshair.count()).toBe(1);
    const own = await boxOf(shown(page, 'faultline-cpu').nth(1));
    expect(Math.abs((await boxOf(crosshair)).left - own.left - 300)).toBeLessThan(2);
    await page.mouse.move(5, 5);
    await crosshair.waitFor({ state: 'hidden' });
  });

  it('says of an alarm on its label that nobody is notified of it', async () => {
    const frames = recorded.frames.map((frame) => ({
      ...frame,
      fields: frame.fields.map((field) =>
        frame.name === 'alarms' && field.name === 'suppressed'
          ? { ...field, values: field.values.map(() => 'silenced') }
          : field,
      ),
    }));
    await show(page, { frames, from: recorded.from, to: recorded.to });
    const label = shown(page, 'faultline-alarm', '[data-suppressed="silenced"]').first();
    await label.waitFor();
    expect(await label.getAttribute('aria-label')).toContain('Silenced in Alertmanager');
    await label.hover();
    expect(await shown(page, 'faultline-tooltip').innerText()).toMatch(/silenced in Alertmanager/i);
    expect(await axeFindings(page)).toEqual([]);
  });

  it('switches layers in the legend, and shows the same as a table', async () => {
    await show(page, { frames: recorded.frames, from: recorded.from, to: recorded.to });
    await shown(page, 'faultline-toggle', '[data-layer="alarms"]').click();
    await shown(page, 'faultline-alarm').first().waitFor({ state: 'detached' });
    await shown(page, 'faultline-view-switch').click();
    const rows = shown(page, 'faultline-table-row');
    await rows.first().waitFor();
    const layers = await Promise.all((await rows.all()).map((row) => row.getAttribute('data-layer')));
    expect(layers).toContain('operations');
    expect(layers).not.toContain('alarms');
    await shown(page, 'faultline-table')
      .getByRole('button', { name: /stop|start|create/ })
      .first()
      .click();
    await shown(page, 'faultline-operation-detail').waitFor();
    await page.keyboard.press('Escape');
    await shown(page, 'faultline-view-switch').click();
  });

  it('shows many VMs at once, the worst first, and opens one of them and comes back', async () => {
    const stories = Array.from({ length: 200 }, (_, vm) =>
      story({ vm, seed: vm + 1, cpu: 0, states: 30, operations: 4, alarms: 4 }),
    );
    await call(page, 'show', { ...SIZE, from: FROM, to: FROM + HOUR, stories });
    const overview = shown(page, 'faultline-overview');
    await overview.waitFor();
    const rows = shown(page, 'faultline-overview-row');
    expect(await rows.first().getAttribute('data-state')).toBe('abnormal');
    if (build === 'grafana-13') await documented(overview, 'panel-overview.png');
    expect(await axeFindings(page)).toEqual([]);
    await rows.nth(2).click();
    await shown(page, 'faultline-chart').waitFor();
    await page.keyboard.press('Escape');
    await overview.waitFor();
    await rows.nth(2).press('ArrowDown');
    await page.keyboard.press('Enter');
    await shown(page, 'faultline-opened-vm').waitFor();
    await page.goBack();
    await overview.waitFor();
    await page.goBack();
    await page.goto(new URL('/', page.url()).href);
    await page.evaluate('window.testPage.ready');
  });

  it.each(['dark', 'light'] as const)('keeps nobody out, in the %s theme', async (theme) => {
    await show(page, { frames: recorded.frames, from: recorded.from, to: recorded.to, theme });
    await shown(page, 'faultline-operation', '[data-result="failed"]').first().click();
    await shown(page, 'faultline-operation-detail').waitFor();
    await picture(page, `panel-${build}-${theme}.png`);
    if (build === 'grafana-13' && theme === 'light') await documented(page, 'panel-incident.png');
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await shown(page, 'faultline-view-switch').click();
    await shown(page, 'faultline-table').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await picture(page, `panel-${build}-${theme}-table.png`);
  });

  it('did nothing that a page of ours must never do', () => {
    expect(visited.complaints).toEqual([]);
  });
});
