import { METRICS } from '@faultline/contracts';
import { describe, expect, it } from '@jest/globals';
import { metricsText } from '../../testing/metrics-text.ts';
import { cycleFromSamples } from '../cycle.ts';
import { parseMetrics } from '../parse.ts';
import type { Series } from './answer.ts';
import { isMatcher, matchersOf, rangeOf } from './selector.ts';
import { cycleOfScrape, isWhole, scrapesOf } from './scrapes.ts';

const UUID = '11111111-1111-4111-8111-111111111111';
const RUNNING = { state: 'running', reason: 'booted' } as const;
const PAUSED = { state: 'paused', reason: 'ioerror' } as const;
const page = (number: number, raw: { state: 'running' | 'paused'; reason: string } = RUNNING): string =>
  metricsText({ number, at: number * 1000, domains: [{ name: 'web', uuid: UUID, raw, cpuTimeSeconds: number }] }) +
  `${METRICS.domains} 1\n`;

/** What a server has after it scraped these pages at these times. */
function stored(scrapes: { at: number; text: string }[], target: Record<string, string> = {}): Series[] {
  return scrapes.flatMap(({ at, text }) =>
    parseMetrics(text).map(({ name, labels, value }) => ({
      labels: new Map([['__name__', name], ...labels, ...Object.entries(target)]),
      samples: [{ at, value }],
    })),
  );
}
const ALL = { from: 0, to: 1e15 };
const codeOf = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
  return 'nothing was thrown';
};

describe('scrapes as a query server has them (B4, decision 0034)', () => {
  it('are each the cycle that a scrape by the OMS would have brought, oldest first', () => {
    const [second, first] = [
      { at: 2100, text: page(2, PAUSED) },
      { at: 1100, text: page(1) },
    ];
    const cycles = scrapesOf(stored([second, first]), ALL).map(cycleOfScrape);
    expect(cycles).toEqual([first, second].map(({ text }) => cycleFromSamples(parseMetrics(text))));
  });

  it('have the labels of the exporter also where the target has labels of these names', () => {
    const series = stored([{ at: 1100, text: page(1) }]).map(({ labels, samples }) => {
      const renamed = [...labels].map(([name, value]): [string, string] => [
        ['host', 'uuid', 'state'].includes(name) ? `exported_${name}` : name,
        value,
      ]);
      return { labels: new Map([...renamed, ['host', 'rack-7'], ['uuid', 'x'], ['state', 'prod']]), samples };
    });
    expect(scrapesOf(series, ALL).map(cycleOfScrape)).toEqual([cycleFromSamples(parseMetrics(page(1)))]);
  });

  it('begin after what was read, whether or not a range has its beginning in it', () => {
    const series = stored([
      { at: 1100, text: page(1) },
      { at: 2100, text: page(2) },
    ]);
    expect(scrapesOf(series, { from: 1100, to: 2100 }).map(({ at }) => at)).toEqual([2100]);
  });

  it.each([
    ['before', { from: 2000, to: 3000 }],
    ['after', { from: 0, to: 1000 }],
  ])('are refused with samples from %s what was asked for', (_when, range) => {
    expect(codeOf(() => scrapesOf(stored([{ at: 1100, text: page(1) }]), range))).toBe('answer-malformed');
  });

  it.each([
    ['two hosts', stored([{ at: 1100, text: page(1) }], { replica: 'b' })],
    ['two cycles', stored([{ at: 1100, text: page(2) }])],
    [
      'two states of one VM',
      stored([
        {
          at: 1100,
          text: `${METRICS.domainStateReason}{domain="web",uuid="${UUID}",state="paused",reason="user"} 1\n`,
        },
      ]),
    ],
  ])('are refused where %s are in one', (_what, more) => {
    const [scrape] = scrapesOf([...stored([{ at: 1100, text: page(1) }]), ...more], ALL);
    expect(codeOf(() => scrape !== undefined && cycleOfScrape(scrape))).toBe('mixed-cycles');
  });

  it.each([
    ['without its cycle', METRICS.cycleNumber, 'no-cycle'],
    ['without its host', METRICS.hostInfo, 'no-host'],
    ['without the state of a VM', METRICS.domainStateReason, 'nothing was thrown'],
  ])('are not whole %s', (_what, missing, code) => {
    const all = stored([{ at: 1100, text: page(1) }]);
    const [whole] = scrapesOf(all, ALL);
    const [part] = scrapesOf(
      all.filter(({ labels }) => labels.get('__name__') !== missing),
      ALL,
    );
    if (whole === undefined || part === undefined) throw new Error('each is a scrape');
    expect([isWhole(whole), isWhole(part)]).toEqual([true, false]);
    expect(codeOf(() => cycleOfScrape(part))).toBe(code);
  });
});

describe('what a server is asked', () => {
  it('is a bounded range of raw samples of one target', () => {
    const labels = new Map([
      ['__name__', 'x'],
      ['job', 'a "b"\\\n'],
      ['häßlich', '1'],
    ]);
    expect(rangeOf(['a', 'b'], matchersOf(labels), 1500)).toBe('{__name__=~"a|b",job="a \\"b\\"\\\\\\n"}[1500ms]');
    expect(rangeOf(['a'], [], 1)).toBe('{__name__="a"}[1ms]');
  });

  it.each([
    ['job="faultline"', true],
    ['cluster=~"a|b"', true],
    ['job!~"x\\"y"', true],
    ['job="a"} or vector(1', false],
    ['job="a",x="b"', false],
    ['job=a', false],
    ['__name__="up"', false],
    ['', false],
  ])('takes %j as a matcher: %s', (text, is) => {
    expect(isMatcher(text)).toBe(is);
  });
});
