import type { StatsGroup } from '@faultline/libvirt';
import type { DomainSnapshot, HostSnapshot, SourceName } from '../snapshot.ts';

/** A family of series: what a `# HELP` and `# TYPE` line say, and which labels its samples carry. */
export interface MetricFamily {
  name: string;
  help: string;
  type: 'gauge' | 'counter';
  labels: readonly string[];
}

export function gauge(name: string, help: string, labels: readonly string[] = []): MetricFamily {
  return { name, help, type: 'gauge', labels };
}

export function counter(name: string, help: string, labels: readonly string[] = []): MetricFamily {
  return { name, help, type: 'counter', labels };
}

export interface Sample<Key extends string = string> {
  /** Which of the collector's `metrics`. */
  metric: Key;
  labels: Readonly<Record<string, string>>;
  value: number;
}

/**
 * A collector is data and one pure function. Reading is shared: `source` and `stats` say what it lives off, the cycle reads
 * that once for all collectors (decision 2), and `parse` takes its series from the snapshot. "Nothing here" is success.
 */
export interface Collector<Key extends string = string> {
  name: string;
  /** Absent: true. One that is off by default runs with `--collector.NAME`. */
  enabledByDefault?: boolean;
  /** What it lives off. */
  source: SourceName;
  /** Groups that the bulk statistics call must ask for. */
  stats: readonly StatsGroup[];
  metrics: Readonly<Record<Key, MetricFamily>>;
  parse(snapshot: HostSnapshot): Sample<Key>[];
}

export function defineCollector<Key extends string>(collector: Collector<Key>): Collector<Key> {
  return collector;
}

/** The labels that every series of a domain carries: the name people know, the UUID that survives a rename. */
export const DOMAIN_LABELS = ['domain', 'uuid'] as const;

type DomainLabels = Readonly<Record<(typeof DOMAIN_LABELS)[number], string>>;

const labelsOf = new WeakMap<DomainSnapshot, DomainLabels>();

/** One object for all series of a domain in a cycle: there are some fifty of them. */
export function domainLabels(domain: DomainSnapshot): DomainLabels {
  let labels = labelsOf.get(domain);
  if (labels === undefined) {
    labels = { domain: domain.name, uuid: domain.uuid };
    labelsOf.set(domain, labels);
  }
  return labels;
}

/**
 * The domains that this host answers for. While one moves between two hosts, and after it left a definition behind, the other
 * copy must not have the same series a second time: see `ownershipOf`.
 */
export function ownedDomains({ domains }: HostSnapshot): DomainSnapshot[] {
  return domains.filter(({ owned }) => owned);
}

/** A numeric statistic, divided by `per`; undefined where libvirt did not give it (or gave something else). */
export function statistic(domain: DomainSnapshot, field: string, per = 1): number | undefined {
  const value = domain.statistics?.values.get(field);
  if (typeof value !== 'number' && typeof value !== 'bigint') return undefined;
  const number = Number(value) / per;
  return Number.isFinite(number) ? number : undefined;
}

/** A textual statistic; undefined where libvirt did not give it. */
export function statisticText(domain: DomainSnapshot, field: string): string | undefined {
  const value = domain.statistics?.values.get(field);
  return typeof value === 'string' ? value : undefined;
}

/** One sample, or none where there is no value: to be spread into a list. Where there are thousands, `addSample` is cheaper. */
export function sampleOf<Key extends string>(
  metric: Key,
  labels: Readonly<Record<string, string>>,
  value: number | undefined,
): Sample<Key>[] {
  return value === undefined ? [] : [{ metric, labels, value }];
}

/** Adds a sample, or none where there is no value. */
export function addSample<Key extends string>(
  samples: Sample<Key>[],
  metric: Key,
  labels: Readonly<Record<string, string>>,
  value: number | undefined,
): void {
  if (value !== undefined) samples.push({ metric, labels, value });
}

export const NANOSECONDS_PER_SECOND = 1e9;
export const MILLISECONDS_PER_SECOND = 1e3;
export const KIBIBYTES_PER_BYTE = 1 / 1024;
