import { join } from 'node:path';
import { freePort, type Lab } from '@faultline/lab';
import { Closers } from '../closers.ts';
import { visit } from '../page.ts';
import { npmStart, until } from '../programs.ts';
import { openFolder, openLab, startStack } from '../stack.ts';
import { median, ms, type Bench, type Figure } from './table.ts';

const REQUESTS = 200;

async function scrapeTimes(url: string): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < REQUESTS; i += 1) {
    const began = performance.now();
    await (await fetch(url)).text();
    times.push(performance.now() - began);
  }
  return times;
}

/** How long a scrape takes while one of two guests' QEMU is frozen, against the same with both well. */
async function frozenScrape(lab: Lab): Promise<Figure[]> {
  const guest = lab.guest('vm1');
  const closers = new Closers();
  try {
    const stack = await startStack(guest.host, closers);
    const well = await scrapeTimes(stack.exporter.metricsUrl);
    await guest.freeze();
    const frozen = await scrapeTimes(stack.exporter.metricsUrl);
    await guest.thaw();
    const ratio = (of: (values: number[]) => number): string => (of(frozen) / of(well)).toFixed(2);
    const most = (values: number[]): number => Math.max(...values);
    return [
      {
        what: '`/metrics`, one QEMU frozen, median',
        value: ms(median(frozen)),
        against: `all well: ${ms(median(well))}`,
        ratio: ratio(median),
      },
      {
        what: '`/metrics`, one QEMU frozen, slowest',
        value: ms(most(frozen)),
        against: `all well: ${ms(most(well))}`,
        ratio: ratio(most),
      },
    ];
  } finally {
    await closers.close();
  }
}

/** From `npm start`, built, to the first chart on the page; and the same with the recorded incident. */
async function firstChart(uri: string, work: string): Promise<number> {
  const port = await freePort();
  const browser = await visit();
  const began = performance.now();
  const program = npmStart(['--listen', `127.0.0.1:${port}`, '--data-dir', work, '--libvirt-uri', uri]);
  try {
    await until('the address is printed', () => Promise.resolve(/^ {2}open /m.test(program.output())), 30_000, 20);
    await browser.page.goto(`http://127.0.0.1:${port}`);
    await browser.page.locator('[data-testid="faultline-state-segment"]').first().waitFor({ timeout: 30_000 });
    return performance.now() - began;
  } finally {
    await browser.close();
    await program.end('SIGINT');
  }
}

async function starts(lab: Lab, work: string): Promise<Figure[]> {
  const rounds = 3;
  const live: number[] = [];
  const recorded: number[] = [];
  for (let i = 0; i < rounds; i += 1) {
    live.push(await firstChart(lab.guest('vm1').host.uri, join(work, `live-${i}`)));
    recorded.push(await firstChart(`qemu+unix:///system?socket=${join(work, 'nobody')}`, join(work, `recorded-${i}`)));
  }
  const seconds = (value: number): string => `${(value / 1000).toFixed(1)} s`;
  return [
    {
      what: '`npm start`, built, to the first chart, live',
      value: seconds(median(live)),
      against: `recorded incident: ${seconds(median(recorded))}`,
      ratio: (median(live) / median(recorded)).toFixed(2),
    },
  ];
}

/** What a user waits for: a scrape while a VM hangs, and the first chart after `npm start`. */
export const story: Bench = {
  name: 'story',
  async run() {
    const closers = new Closers();
    try {
      const work = await openFolder(closers);
      const lab = await openLab(closers, [{ name: 'vm1' }, { name: 'vm2' }]);
      return [...(await frozenScrape(lab)), ...(await starts(lab, work))];
    } finally {
      await closers.close();
    }
  },
};
