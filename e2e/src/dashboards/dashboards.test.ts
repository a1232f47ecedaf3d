import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { format } from 'prettier';
import { dashboardJson, SOURCES, TIMELINE_PANEL } from './dashboard.ts';
import { dashboards } from './index.ts';

const FOLDER = join(import.meta.dirname, '../../../provisioning/grafana/dashboards');
const GRAFANAS_PANELS = ['timeseries', 'stat', 'state-timeline', 'table'];
/** As they stand in Grafana's list of units. */
const UNITS = ['none', 'short', 'percent', 'percentunit', 's', 'bytes', 'Bps', 'bps', 'pps', 'ops', 'celsius'];

it('are in provisioning/ as they are made here', async () => {
  await mkdir(FOLDER, { recursive: true });
  for (const dashboard of dashboards) {
    const file = join(FOLDER, `${dashboard.uid}.json`);
    const text = await format(JSON.stringify(dashboardJson(dashboard)), { parser: 'json', printWidth: 120 });
    if (process.env['FAULTLINE_UPDATE_GOLDENS'] === '1') await writeFile(file, text);
    expect(text).toBe(await readFile(file, 'utf8'));
  }
  const there = (await readdir(FOLDER)).filter((name) => name.endsWith('.json')).sort();
  expect(there).toEqual(dashboards.map(({ uid }) => `${uid}.json`).sort());
});

describe.each(dashboards.map((dashboard) => [dashboard.title, dashboard] as const))('%s', (_title, dashboard) => {
  const json = JSON.stringify(dashboardJson(dashboard));
  const panels = dashboard.rows.flatMap((row) => row.panels);

  it('tells of every panel what it shows, in a unit that Grafana has', () => {
    for (const { title, description, unit, type, targets } of panels) {
      expect(title).toMatch(/^\S.{1,60}$/);
      expect(description).toMatch(/^\S.{10,}\.$/);
      expect(UNITS).toContain(unit);
      expect([TIMELINE_PANEL, ...GRAFANAS_PANELS]).toContain(type);
      expect(targets.length).toBeGreaterThan(0);
    }
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
  });

  it('fills its rows', () => {
    for (const { panels: row } of dashboard.rows) expect(row.reduce((sum, { width }) => sum + width, 0)).toBe(24);
  });

  it('finds its data sources by variables, and names no host, address or VM', () => {
    const uids = [...json.matchAll(/"uid":"([^"]*)"/g)].map(([, uid]) => uid);
    const variables = Object.keys(SOURCES).map((name) => `\${${name}}`);
    expect(uids.filter((uid = '') => uid !== dashboard.uid && !variables.includes(uid))).toEqual([]);
    expect(json).not.toMatch(/localhost|\d+\.\d+\.\d+\.\d+|:9177|:9090|[0-9a-f]{8}-[0-9a-f]{4}-/);
    expect(json).not.toMatch(/(?:instance|host|job|domain)=~?\\"(?!\$)/);
  });

  it('uses no variable that it does not have, and has none before those that it depends on', () => {
    const known = new Set(['__rate_interval', '__url_time_range', '__all', '__data']);
    for (const variable of dashboard.variables) {
      if (variable.kind === 'oms') {
        for (const [, name] of JSON.stringify(variable.query).matchAll(/\$(\w+)/g)) expect([...known]).toContain(name);
      }
      known.add(variable.name);
    }
    for (const { targets } of panels) {
      for (const [, name] of JSON.stringify(targets).matchAll(/\$\{?(\w+)/g)) expect([...known]).toContain(name);
    }
  });

  it('leads to the others with the time range and the VM', () => {
    const { links } = dashboardJson(dashboard) as { links: unknown[] };
    expect(links).toMatchObject([{ type: 'dashboards', tags: ['faultline'], keepTime: true, includeVars: true }]);
  });
});

it('lead from a VM or a host in a table to dashboards that are there', () => {
  const all = JSON.stringify(dashboards.map(dashboardJson));
  const targets = new Set([...all.matchAll(/"url":"\/d\/([a-z-]+)\?/g)].map(([, uid]) => uid));
  expect([...targets].sort()).toEqual(['faultline-host', 'faultline-vm']);
});
