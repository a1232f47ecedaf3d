/**
 * Dashboards as Grafana's provisioning reads them (its "classic" model, schema 39, read by every Grafana from 11 on). Only what ours
 * consist of: Grafana's own builders (`@grafana/grafana-foundation-sdk`) are 1800 files of a version 0.0.x for these few shapes.
 */
export interface Dashboard {
  uid: string;
  title: string;
  description: string;
  variables: readonly Variable[];
  rows: readonly Row[];
}

/** Panels of 24 columns beside each other, all of one height; a title begins a group. */
interface Row {
  title?: string;
  height: number;
  panels: readonly Panel[];
}

export interface Panel {
  title: string;
  /** What it shows and what to make of it, for whoever points at the title. */
  description: string;
  /** Grafana's id of the panel's kind. */
  type: string;
  width: number;
  /** Grafana's unit id; `none` for what is counted, `short` for shortened numbers. */
  unit: string;
  targets: readonly Target[];
  min?: number;
  max?: number;
  options?: Readonly<Record<string, unknown>>;
  /** Of the fields of these names, on top of what holds for all. */
  overrides?: readonly Override[];
  /** Lower than the first is good. */
  thresholds?: readonly { from: number | null; color: string }[];
  mappings?: readonly unknown[];
  custom?: Readonly<Record<string, unknown>>;
  transformations?: readonly unknown[];
}

interface Override {
  field: string;
  properties: Readonly<Record<string, unknown>>;
}

/** A question to one of the two data sources; which one is a variable of the dashboard. */
export type Target =
  | { source: 'prometheus'; expr: string; legend: string; instant?: boolean; format?: 'table' }
  | { source: 'oms'; query: Readonly<Record<string, unknown>> };

export type Variable =
  | { name: string; label: string; kind: 'datasource'; plugin: string }
  | { name: string; label: string; kind: 'oms'; query: Readonly<Record<string, string>>; all: boolean };

/** Plugin ids, by the name of the variable that holds the data source. */
export const SOURCES = { prometheus: 'prometheus', oms: 'faultline-oms-datasource' } as const;
export const TIMELINE_PANEL = 'faultline-timeline-panel';

const COLUMNS = 24;
const TAG = 'faultline';
/** The form of the OMS data source's queries that this was written in; a newer plugin brings them up to date. */
const QUERY_FORM = 2;

export const prometheus = (expr: string, legend: string): Target => ({ source: 'prometheus', expr, legend });
/** Only the present, for a number or a table. */
export const now = (expr: string, legend: string): Target => ({ source: 'prometheus', expr, legend, instant: true });
export const oms = (query: Record<string, unknown>): Target => ({ source: 'oms', query });

export const SOURCE_VARIABLES: readonly Variable[] = [
  { name: 'prometheus', label: 'Prometheus', kind: 'datasource', plugin: SOURCES.prometheus },
  { name: 'oms', label: 'OMS', kind: 'datasource', plugin: SOURCES.oms },
];

/** The host that is chosen; with `all`, all of them where none is. */
export const hostVariable = ({ all }: { all: boolean }): Variable => ({
  ...{ name: 'host', label: 'Host', kind: 'oms', query: { variable: 'hosts' } },
  all,
});
/** The VM that is chosen, of the chosen host. */
export const vmVariable = ({ all }: { all: boolean }): Variable => ({
  ...{ name: 'vm', label: 'VM', kind: 'oms', query: { variable: 'vms', host: '$host' } },
  all,
});

/** A filter of the OMS's lists. */
export const is = (field: string, ...values: string[]) => ({ field, operator: '=', values });

const dataSource = (name: keyof typeof SOURCES) => ({ type: SOURCES[name], uid: `\${${name}}` });

/** The file that Grafana reads. Pure: the same dashboard is the same text. */
export function dashboardJson(dashboard: Dashboard): Record<string, unknown> {
  const { uid, title, description, variables, rows } = dashboard;
  return {
    uid,
    title,
    description,
    tags: [TAG],
    schemaVersion: 39,
    version: 1,
    editable: true,
    // The crosshair is shared, so that one moment is seen in all panels.
    graphTooltip: 1,
    time: { from: 'now-1h', to: 'now' },
    timezone: '',
    refresh: '30s',
    annotations: { list: [] },
    // To every other dashboard of ours, with the time range and the VM.
    links: [
      {
        title: 'Faultline',
        type: 'dashboards',
        tags: [TAG],
        asDropdown: true,
        keepTime: true,
        includeVars: true,
        targetBlank: false,
        icon: 'external link',
        tooltip: 'The other dashboards of Faultline, with this time range and VM',
        url: '',
      },
    ],
    templating: { list: variables.map(variableJson) },
    panels: placed(rows),
  };
}

function variableJson(variable: Variable): Record<string, unknown> {
  const { name, label } = variable;
  if (variable.kind === 'datasource') {
    return {
      name,
      label,
      type: 'datasource',
      query: variable.plugin,
      refresh: 1,
      hide: 0,
      includeAll: false,
      multi: false,
    };
  }
  return {
    name,
    label,
    type: 'query',
    datasource: dataSource('oms'),
    query: variable.query,
    definition: variable.query['variable'] ?? '',
    // Also when the time range changes: hosts and VMs come and go.
    refresh: 2,
    sort: 1,
    hide: 0,
    multi: false,
    includeAll: variable.all,
    // The OMS takes it for no filter at all.
    ...(variable.all ? { allValue: '*', current: { text: 'All', value: '$__all' } } : {}),
  };
}

function placed(rows: readonly Row[]): Record<string, unknown>[] {
  const panels: Record<string, unknown>[] = [];
  let y = 0;
  for (const { title, height, panels: inRow } of rows) {
    if (title !== undefined) {
      const gridPos = { x: 0, y, w: COLUMNS, h: 1 };
      panels.push({ id: panels.length + 1, type: 'row', title, collapsed: false, gridPos, panels: [] });
      y += 1;
    }
    let x = 0;
    for (const panel of inRow) {
      if (x + panel.width > COLUMNS) throw new RangeError(`${panel.title} does not fit into its row`);
      panels.push({ id: panels.length + 1, gridPos: { x, y, w: panel.width, h: height }, ...panelJson(panel) });
      x += panel.width;
    }
    y += height;
  }
  return panels;
}

function panelJson(panel: Panel): Record<string, unknown> {
  const { title, description, type, unit, targets, min, max, options, overrides, thresholds, mappings, custom } = panel;
  return {
    title,
    description,
    type,
    datasource: dataSource(targets[0]?.source ?? 'oms'),
    targets: targets.map(targetJson),
    fieldConfig: {
      defaults: {
        unit,
        ...(min === undefined ? {} : { min }),
        ...(max === undefined ? {} : { max }),
        ...(mappings === undefined ? {} : { mappings }),
        ...(custom === undefined ? {} : { custom }),
        ...(thresholds === undefined
          ? {}
          : { thresholds: { mode: 'absolute', steps: thresholds.map(({ from, color }) => ({ value: from, color })) } }),
      },
      overrides: (overrides ?? []).map(({ field, properties }) => ({
        matcher: { id: 'byName', options: field },
        properties: Object.entries(properties).map(([id, value]) => ({ id, value })),
      })),
    },
    options: options ?? {},
    ...(panel.transformations === undefined ? {} : { transformations: panel.transformations }),
  };
}

function targetJson(target: Target, index: number): Record<string, unknown> {
  const refId = String.fromCharCode('A'.charCodeAt(0) + index);
  if (target.source === 'oms') {
    return { refId, datasource: dataSource('oms'), schemaVersion: QUERY_FORM, ...target.query };
  }
  const { expr, legend, instant = false, format = 'time_series' } = target;
  return {
    refId,
    datasource: dataSource('prometheus'),
    expr,
    legendFormat: legend,
    instant,
    range: !instant,
    format,
    editorMode: 'code',
  };
}
