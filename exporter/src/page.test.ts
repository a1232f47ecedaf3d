import { describe, expect, it } from '@jest/globals';
import { defineCollector, DOMAIN_LABELS, domainLabels, gauge } from './collectors/collector.ts';
import { collectors } from './collectors/index.ts';
import { domainSnapshot as domain, hostIdentity } from './fixtures/snapshot.ts';
import { makePage, renderPage, type Page } from './page.ts';
import type { DomainSnapshot, HostSnapshot } from './snapshot.ts';

function snapshotOf(domains: DomainSnapshot[], at = 1_000): HostSnapshot {
  const lane = { ok: true, durationMs: 5 };
  return {
    host: hostIdentity,
    up: true,
    cycle: { number: 7, at },
    domains,
    readings: {},
    sources: { state: lane, statistics: lane },
  };
}

const failing = defineCollector({
  name: 'failing',
  source: 'state',
  stats: [],
  metrics: { length: gauge('failing_name_length', 'How long the name is; fails for odd names.', DOMAIN_LABELS) },
  parse: ({ domains }) =>
    domains.map((each) => {
      if (each.name === 'odd') throw new Error('an odd name');
      return { metric: 'length', labels: domainLabels(each), value: each.name.length };
    }),
});

function page(snapshot: HostSnapshot, previous: Page | null = null, failures: string[] = []): Page {
  return makePage({
    snapshot,
    collectors: [...collectors, failing],
    previous,
    now: () => 0,
    onFailure: (collector, error) => failures.push(`${collector}: ${String(error)}`),
  });
}

describe('page', () => {
  it('keeps two domains of the same name apart', async () => {
    const text = await renderPage(
      page(snapshotOf([domain({}), domain({ uuid: '22222222-2222-4222-8222-222222222222' })])),
    );
    const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(new Set(series.map((line) => line.slice(0, line.lastIndexOf(' ')))).size).toBe(series.length);
    expect(text).toContain('libvirt_domain_state_reason_info{domain="web",uuid="2222');
  });

  it('loses the series of a collector that throws, says so, and keeps all others', async () => {
    const good = page(snapshotOf([domain({})], 1_000));
    const failures: string[] = [];
    const bad = page(snapshotOf([domain({ name: 'odd' })], 2_000), good, failures);
    expect(failures).toEqual(['failing: Error: an odd name']);
    const text = await renderPage(bad);
    expect(text).not.toContain('failing_name_length');
    expect(text).toContain('exporter_collector_success{collector="failing"} 0');
    expect(text).toContain('exporter_collector_last_success_timestamp_seconds{collector="failing"} 1\n');
    expect(text).toContain('exporter_collector_success{collector="domain_state"} 1');
    expect(text).toContain('exporter_collector_last_success_timestamp_seconds{collector="domain_state"} 2\n');
  });

  it('says nothing of a state that could not be read, and nothing of statistics that are missing', async () => {
    const text = await renderPage(page(snapshotOf([domain({ state: null, statisticsAt: 500, timedOut: true })])));
    expect(text).not.toContain('libvirt_domain_state');
    expect(text).not.toContain('libvirt_domain_info_cpu_time_seconds_total');
    expect(text).toMatch(/libvirt_domain_stats_timestamp_seconds\{.*\} 0\.5\n/);
    expect(text).toMatch(/libvirt_domain_timed_out\{.*\} 1\n/);
  });

  it('gives two readers of the same page the same text, also at the same time', async () => {
    const shown = page(snapshotOf([domain({})]));
    const [one, other] = await Promise.all([renderPage(shown), renderPage(shown)]);
    expect(one).toBe(other);
  });
});
