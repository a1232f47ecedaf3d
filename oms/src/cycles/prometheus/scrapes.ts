import { METRICS } from '@faultline/contracts';
import { cycleFromSamples, type Cycle } from '../cycle.ts';
import type { Sample } from '../parse.ts';
import { QueryError, type Series } from './answer.ts';

/** One scrape of one target, as the server stored it. */
export interface Scrape {
  /** The time that the server gave to all of its samples, ms. */
  at: number;
  samples: Sample[];
}

/** Thrown for a scrape in which more than one cycle, or one host, speaks. It says nothing about the host's VMs. */
class MixedCyclesError extends Error {
  override readonly name = 'MixedCyclesError';
  readonly code = 'mixed-cycles';
}

/** Each of these is once in a cycle of a host. */
const ONCE = [METRICS.cycleNumber, METRICS.cycleTimestamp, METRICS.hostInfo, METRICS.up, METRICS.domains];

/** Where a target has a label of the same name as a metric, the server keeps the metric's own under this prefix. */
const EXPORTED = 'exported_';

/**
 * Parts the raw samples of one target into its scrapes, oldest first: the server gives all samples of a scrape one time, and gives it to no
 * other scrape of that target.
 *
 * @param range what was asked for, ms; `from` is not in it
 * @throws QueryError for samples from outside of it
 */
export function scrapesOf(series: readonly Series[], { from, to }: { from: number; to: number }): Scrape[] {
  const scrapes = new Map<number, Sample[]>();
  for (const { labels: all, samples } of series) {
    const name = all.get('__name__') ?? '';
    const labels = ownLabels(all);
    for (const { at, value } of samples) {
      if (at < from || at > to) throw new QueryError('answer-malformed', 'the server sent samples nobody asked for');
      // Until Prometheus 3 a range has its beginning in it.
      if (at === from) continue;
      const scrape = scrapes.get(at);
      if (scrape === undefined) scrapes.set(at, [{ name, labels, value }]);
      else scrape.push({ name, labels, value });
    }
  }
  return [...scrapes].map(([at, samples]) => ({ at, samples })).sort((a, b) => a.at - b.at);
}

/** A series' labels as the exporter wrote them, with those of the target where they have other names. */
export function ownLabels(labels: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const own = new Map(labels);
  for (const [name, value] of labels) {
    if (name.startsWith(EXPORTED)) own.set(name.slice(EXPORTED.length), value);
  }
  return own;
}

/**
 * Whether all of a scrape is there that tells of states: its cycle, and the state of every VM that the host has. Some servers show the first
 * sample of a new series seconds after those of others, and each change of a state begins one.
 */
export function isWhole({ samples }: Scrape): boolean {
  const count = (name: string): number => samples.filter((sample) => sample.name === name).length;
  const domains = samples.find(({ name }) => name === METRICS.domains)?.value ?? 0;
  return (
    [METRICS.cycleNumber, METRICS.cycleTimestamp, METRICS.hostInfo, METRICS.up].every((name) => count(name) > 0) &&
    count(METRICS.domainStateReason) >= domains
  );
}

/**
 * The cycle that a scrape carries (B4: of one cycle only).
 *
 * @throws MixedCyclesError where the samples are of more than one
 * @throws CycleError where they tell of none
 */
export function cycleOfScrape({ at, samples }: Scrape): Cycle {
  const counts = new Map<string, number>();
  const count = (key: string): void => {
    counts.set(key, (counts.get(key) ?? 0) + 1);
  };
  for (const { name, labels } of samples) {
    if (name === METRICS.domainStateReason) count(`the state of VM ${labels.get('uuid') ?? ''}`);
    else if (ONCE.some((once) => once === name)) count(name);
  }
  for (const [what, times] of counts) {
    if (times === 1) continue;
    const when = new Date(at).toISOString();
    throw new MixedCyclesError(
      `at ${when} the server has ${what} ${times} times: --prometheus.match must leave one target for each host`,
    );
  }
  return cycleFromSamples(samples);
}
