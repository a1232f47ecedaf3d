import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { format } from 'prettier';
import { Counter, Gauge, Histogram } from 'prom-client';
import type { Collector, MetricFamily } from './collectors/collector.ts';
import { collectors } from './collectors/index.ts';
import { createHealth } from './health.ts';
import { COLLECTOR_FAMILIES } from './page.ts';

const PAGE = join(import.meta.dirname, '../../docs/metrics.md');

type Row = Pick<MetricFamily, 'name' | 'help' | 'labels'> & { type: string };

function tableOf(rows: readonly Row[]): string {
  const cells = (row: Row): string[] => [
    `\`${row.name}\``,
    row.type,
    row.labels.map((label) => `\`${label}\``).join(', '),
    row.help.replaceAll('|', '\\|'),
  ];
  const lines = [['metric', 'type', 'labels', ''], ['---', '---', '---', '---'], ...rows.map(cells)];
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n');
}

function sectionOf({ name, metrics, source, enabledByDefault = true }: Collector): string {
  const origin = `Read with \`${source}\`; ${enabledByDefault ? 'on' : 'off'} by default.`;
  return `### \`${name}\`\n\n${origin}\n\n${tableOf(Object.values<MetricFamily>(metrics))}`;
}

/** The metrics that the exporter counts of itself. */
function ownMetrics(): Row[] {
  const health = createHealth('');
  const own = [health.registry.getSingleMetric('faultline_exporter_build_info'), ...Object.values(health)];
  return own.flatMap((metric) => {
    if (!(metric instanceof Counter || metric instanceof Gauge || metric instanceof Histogram)) return [];
    // prom-client keeps what a metric was made of; its types do not say so.
    const { name, help, labelNames } = metric as unknown as { name: string; help: string; labelNames: string[] };
    return [{ name, help, labels: labelNames, type: metric.constructor.name.toLowerCase() }];
  });
}

function pageOf(): string {
  return `# Metrics of the exporter

Made from the code by \`npm run docs:metrics\`; a test holds it against the collectors. Every series of a domain carries \`domain\` and
\`uuid\`. A series is there only where its value is known. \`collect[]=NAME\` in the query of a scrape chooses collectors,
\`--no-collector.NAME\` switches one off.

## Collectors

${collectors.map(sectionOf).join('\n\n')}

## Of the collectors

${tableOf(Object.values(COLLECTOR_FAMILIES))}

## Of the exporter itself

Beside these, prom-client's \`process_*\` and \`nodejs_*\`.

${tableOf(ownMetrics())}
`;
}

it('docs/metrics.md is what the code says (npm run docs:metrics writes it anew)', async () => {
  const page = await format(pageOf(), { parser: 'markdown', printWidth: 120, singleQuote: true });
  if (process.env['FAULTLINE_UPDATE_GOLDENS'] === '1') await writeFile(PAGE, page);
  expect(page).toBe(await readFile(PAGE, 'utf8'));
});

it('no two collectors have a metric of the same name, and each metric has a help line', () => {
  const families = collectors.flatMap(({ metrics }) => Object.values<MetricFamily>(metrics));
  const names = [...families, ...Object.values(COLLECTOR_FAMILIES), ...ownMetrics()].map(({ name }) => name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  for (const { name, help } of families) expect([name, help]).toEqual([name, expect.stringMatching(/\S/)]);
});
