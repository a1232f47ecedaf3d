import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import type { CDPSession, Page } from 'playwright-core';
import { Closers } from '../../closers.ts';
import { visit } from '../../page.ts';
import { startOms } from '../../programs.ts';
import { openFolder } from '../../stack.ts';
import { median, ms, ratio, type Bench, type Figure } from '../table.ts';
import { frameWork } from './frame-work.ts';

const fileOf = (path: string): string => fileURLToPath(new URL(`../../../../${path}`, import.meta.url));
const FROM = 1_795_400_000_000;
const DAY = 86_400_000;
const SIZE = { width: 1400, height: 600 };
const ROUNDS = 9;
const WARM_ROUNDS = 3;
const VMS = 200;
const FRAMES = 300;
/** After these the code that they run is compiled. */
const WARM_FRAMES = 100;
const REFRESHES = 500;
/** Between two looks at the heap. */
const REFRESHES_PER_LOOK = 10;

/** A full day, as console/test-page/stories.ts makes it: a sample a second, 2000 states, 5000 labels. */
const FULL = {
  ...{ from: FROM, to: FROM + DAY, cpu: 86_400, states: 2000, operations: 3000, alarms: 2000, seed: 1 },
};

const call = <T>(page: Page, name: string, argument: unknown): Promise<T> =>
  page.evaluate<T>(`window.testPage.${name}(${JSON.stringify(argument)})`);

/** From data to picture, ms: several rounds after some that warm the page, each subject in turn. */
async function paints(page: Page, subjects: readonly object[]): Promise<number[][]> {
  const times: number[][] = subjects.map(() => []);
  for (let round = 0; round < WARM_ROUNDS + ROUNDS; round += 1) {
    for (const [index, subject] of subjects.entries()) {
      const took = await call<number>(page, 'paint', { ...SIZE, ...subject });
      if (round >= WARM_ROUNDS) times[index]?.push(took);
    }
  }
  return times;
}

async function firstPaint(page: Page, say: (line: string) => void): Promise<Figure[]> {
  const tenfold = { ...FULL, cpu: FULL.cpu * 10 };
  const [ours = [], theirs = [], more = []] = await paints(page, [
    { who: 'panel', stories: [FULL] },
    { who: 'time-series', stories: [FULL] },
    { who: 'panel', stories: [tenfold] },
  ]);
  say(`first paint: ${ours.map(ms).join(', ')}`);
  return [
    {
      what: `first paint, ${FULL.cpu} CPU points, ${FULL.states} states, ${FULL.operations + FULL.alarms} labels`,
      value: ms(median(ours)),
      against: `@grafana/ui's time series, the CPU points alone: ${ms(median(theirs))}`,
      ratio: ratio(median(ours), median(theirs)),
      bar: '<= 1.2',
    },
    {
      what: `first paint, ${tenfold.cpu} CPU points`,
      value: ms(median(more)),
      against: `${FULL.cpu} points: ${ms(median(ours))}`,
      ratio: ratio(median(more), median(ours)),
      bar: '<= 10',
    },
  ];
}

async function overview(page: Page): Promise<Figure> {
  const stories = Array.from({ length: VMS }, (_, vm) => ({
    ...FULL,
    ...{ vm, seed: vm + 1, cpu: 0, states: 100, operations: 5, alarms: 5 },
  }));
  const [ours = []] = await paints(page, [{ who: 'panel', stories }]);
  return {
    what: `first paint of the overview, ${VMS} VMs, 24 h each`,
    value: ms(median(ours)),
    against: 'a second',
    ratio: ratio(median(ours), 1000),
    bar: '<= 1000 ms',
  };
}

/** With the pointer moving over the chart, with the chart dragged by its time axis, and with a dashboard that moves in time. */
async function redraw(page: Page, cdp: CDPSession, cpu: number): Promise<Figure[]> {
  await call(page, 'show', { ...SIZE, from: FROM, to: FROM + DAY, stories: [{ ...FULL, cpu }] });
  await page.locator('[data-testid="faultline-chart"][data-marks]').waitFor();
  await frameWork(page, cdp, 'hover', WARM_FRAMES);
  const moved = await frameWork(page, cdp, 'hover', FRAMES);
  await frameWork(page, cdp, 'range', WARM_FRAMES);
  const ranged = await frameWork(page, cdp, 'range', FRAMES);
  await page.locator('[data-testid="faultline-time-axis"]').hover();
  await page.mouse.down();
  await frameWork(page, cdp, 'pan', WARM_FRAMES);
  const panned = await frameWork(page, cdp, 'pan', FRAMES);
  await page.mouse.up();
  const figure = (what: string, work: { p95: number; longest: number }, bar?: string): Figure => ({
    what: `${what}, ${cpu} CPU points: frame work, p95`,
    value: ms(work.p95),
    against: `longest task ${ms(work.longest)}`,
    ratio: ratio(work.p95, 12),
    ...(bar === undefined ? {} : { bar }),
  });
  const bar = '<= 12 ms; no task over 200 ms';
  return [
    figure('hovering', moved, bar),
    figure('panning', panned, bar),
    figure('another time range each frame', ranged, 'no task over 200 ms'),
  ];
}

async function memory(page: Page, cdp: CDPSession, say: (line: string) => void): Promise<Figure> {
  const small = { ...FULL, cpu: 2000, states: 200, operations: 300, alarms: 200 };
  await call(page, 'show', { ...SIZE, from: FROM, to: FROM + DAY, stories: [small] });
  const heap: number[] = [];
  for (let look = 0; look < REFRESHES / REFRESHES_PER_LOOK; look += 1) {
    for (let n = 0; n < REFRESHES_PER_LOOK; n += 1) {
      // Of so many days the page keeps all: what grows is not the data.
      const seed = n;
      await call(page, 'refresh', { stories: [{ ...small, seed }], from: FROM, to: FROM + DAY });
      await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))');
    }
    await cdp.send('HeapProfiler.collectGarbage');
    heap.push((await cdp.send('Runtime.getHeapUsage')).usedSize / 2 ** 20);
    say(`${(look + 1) * REFRESHES_PER_LOOK} refreshes: ${heap.at(-1)?.toFixed(1) ?? ''} MiB`);
  }
  const quarter = heap.length / 4;
  const second = median(heap.slice(quarter, 2 * quarter));
  const last = median(heap.slice(3 * quarter));
  return {
    what: `JavaScript heap after ${REFRESHES} refreshes, last quarter`,
    value: `${last.toFixed(1)} MiB`,
    against: `second quarter: ${second.toFixed(1)} MiB`,
    ratio: ratio(last, second),
    bar: '0.95 to 1.05',
  };
}

async function bundle(workspace: string, most: number): Promise<Figure> {
  const size = gzipSync(await readFile(fileOf(`${workspace}/dist/module.js`)), { level: 9 }).length / 1000;
  return {
    what: `bundle of ${workspace}, gzip`,
    value: `${size.toFixed(1)} kB`,
    against: `${most} kB`,
    ratio: ratio(size, most),
    bar: `<= ${most} kB`,
  };
}

/** What the panel costs in Chromium, against the component that Grafana draws time series with. */
export const panel: Bench = {
  name: 'panel',
  async run(say) {
    const closers = new Closers();
    try {
      const oms = await startOms(join(await openFolder(closers), 'oms'), [
        ...['--replay.dir', fileOf('scenarios/guest-panic')],
        ...['--console.dir', fileOf('console/dist-test/grafana-13')],
      ]);
      closers.add(() => oms.end());
      const visited = await visit({ width: 1440, height: 900 });
      closers.add(() => visited.close());
      const { page } = visited;
      const cdp = await page.context().newCDPSession(page);
      await page.goto(oms.url);
      await page.evaluate('window.testPage.ready');
      return [
        ...(await firstPaint(page, say)),
        await overview(page),
        ...(await redraw(page, cdp, FULL.cpu)),
        ...(await redraw(page, cdp, FULL.cpu * 10)),
        await memory(page, cdp, say),
        await bundle('panel-plugin', 120),
        await bundle('datasource-plugin', 60),
      ];
    } finally {
      await closers.close();
    }
  },
};
