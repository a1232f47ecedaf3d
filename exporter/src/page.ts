import { Registry } from 'prom-client';
import {
  gauge,
  MILLISECONDS_PER_SECOND,
  type Collector,
  type MetricFamily,
  type Sample,
} from './collectors/collector.ts';
import type { HostSnapshot } from './snapshot.ts';

/** How one collector fared in one cycle. */
interface CollectorRun {
  collector: Collector;
  samples: Sample[];
  /** Its reads, shared with the other collectors of its source, included. */
  durationMs: number;
  success: boolean;
  /** ms; null when it never succeeded. */
  lastSuccessAt: number | null;
}

/** The series of one cycle, ready to be written out: plain values that nothing changes any more. */
export interface Page {
  cycle: number;
  runs: readonly CollectorRun[];
}

/** What is said of each collector itself. */
export const COLLECTOR_FAMILIES = {
  duration: gauge(
    'exporter_collector_duration_seconds',
    'How long the collector took in this cycle, with the reads it shares with others.',
    ['collector'],
  ),
  success: gauge('exporter_collector_success', 'Whether the collector succeeded in this cycle.', ['collector']),
  lastSuccess: gauge(
    'exporter_collector_last_success_timestamp_seconds',
    'When the collector last succeeded, in seconds since the epoch.',
    ['collector'],
  ),
};

/**
 * Lets every collector take its series from the snapshot. One that throws loses its own series only (habit 8), and
 * `onFailure` hears why.
 */
export function makePage(options: {
  snapshot: HostSnapshot;
  collectors: readonly Collector[];
  previous: Page | null;
  now: () => number;
  onFailure: (collector: string, error: unknown) => void;
}): Page {
  const { snapshot, previous, now, onFailure } = options;
  const lastSuccess = new Map(previous?.runs.map(({ collector, lastSuccessAt }) => [collector.name, lastSuccessAt]));
  // A source that has delivered nothing yet has neither failed nor succeeded.
  const delivering = options.collectors.flatMap((collector) => {
    const report = snapshot.sources[collector.source];
    return report === undefined ? [] : [{ collector, report }];
  });
  const runs = delivering.map(({ collector, report }): CollectorRun => {
    const startedAt = now();
    let samples: Sample[] = [];
    let success = report.ok;
    try {
      samples = collector.parse(snapshot);
    } catch (error) {
      success = false;
      onFailure(collector.name, error);
    }
    const lastSuccessAt = success ? snapshot.cycle.at : (lastSuccess.get(collector.name) ?? null);
    return { collector, samples, success, lastSuccessAt, durationMs: report.durationMs + now() - startedAt };
  });
  return { cycle: snapshot.cycle.number, runs };
}

/** prom-client writes the same object of shared labels once, of others each time; a device's or domain's stands at dozens of series. */
const asShared = ({ labels, value }: { labels: object; value: number }) => ({ sharedLabels: labels, value });

/** Into a fresh registry, because series of vanished domains would stay in an old one (habit 6). */
function register(
  registry: Registry,
  family: MetricFamily,
  samples: readonly { labels: object; value: number }[],
): void {
  if (samples.length === 0) return;
  const { name, help, type } = family;
  const metric = {
    name,
    help,
    type,
    aggregator: 'sum',
    get: () => Promise.resolve({ name, help, type, values: samples.map(asShared) }),
  };
  // prom-client takes any object with a name and an async `get`; its types only know its own classes.
  registry.registerMetric(metric as unknown as Parameters<Registry['registerMetric']>[0]);
}

/** Prometheus text of one page. */
export async function renderPage({ runs }: Page): Promise<string> {
  const registry = new Registry();
  for (const { collector, samples } of runs) {
    const byMetric = new Map<string, Sample[]>(Object.keys(collector.metrics).map((key) => [key, []]));
    for (const sample of samples) byMetric.get(sample.metric)?.push(sample);
    for (const [key, family] of Object.entries(collector.metrics)) {
      register(registry, family, byMetric.get(key) ?? []);
    }
  }
  const perCollector = (value: (run: CollectorRun) => number | null) =>
    runs.flatMap((run) => {
      const number = value(run);
      return number === null ? [] : [{ labels: { collector: run.collector.name }, value: number }];
    });
  register(
    registry,
    COLLECTOR_FAMILIES.duration,
    perCollector(({ durationMs }) => durationMs / MILLISECONDS_PER_SECOND),
  );
  register(
    registry,
    COLLECTOR_FAMILIES.success,
    perCollector(({ success }) => (success ? 1 : 0)),
  );
  register(
    registry,
    COLLECTOR_FAMILIES.lastSuccess,
    perCollector(({ lastSuccessAt }) => (lastSuccessAt === null ? null : lastSuccessAt / MILLISECONDS_PER_SECOND)),
  );
  return registry.metrics();
}
