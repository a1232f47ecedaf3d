import { TIMELINE_PANEL, type Panel, type Target } from './dashboard.ts';

type Look = Pick<Panel, 'title' | 'description' | 'width'> & Partial<Panel>;

/** Lines over time; a silence is a gap and is never drawn across. */
export const lines = (look: Look & { unit: string; targets: readonly Target[] }): Panel => ({
  type: 'timeseries',
  options: { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'desc' } },
  custom: { lineWidth: 1, fillOpacity: 8, spanNulls: false, showPoints: 'never' },
  ...look,
});

/** One number, or a few beside each other. */
export const number = (look: Look & { unit: string; targets: readonly Target[] }): Panel => ({
  type: 'stat',
  options: { reduceOptions: { calcs: ['lastNotNull'] }, colorMode: 'value', graphMode: 'none', textMode: 'auto' },
  ...look,
});

/** States of many things over time, each in a line of its own. */
export const states = (look: Look & { targets: readonly Target[] }): Panel => ({
  type: 'state-timeline',
  unit: 'none',
  options: { showValue: 'never', mergeValues: true, legend: { displayMode: 'list', placement: 'bottom' } },
  ...look,
});

/** A list of the OMS. */
export const table = (look: Look & { targets: readonly Target[] }): Panel => ({
  type: 'table',
  // Times and texts have units of their own.
  unit: 'none',
  options: { showHeader: true, cellHeight: 'sm' },
  ...look,
  overrides: [...LINKED, ...(look.overrides ?? [])],
});

/** Our panel: one VM, or all in one overview. */
export const timeline = (look: Look & { targets: readonly Target[] }): Panel => ({
  type: TIMELINE_PANEL,
  unit: 'percent',
  min: 0,
  max: 100,
  ...look,
});

const toVm = '/d/faultline-vm?var-vm=${__data.fields.vm}&var-host=$__all&${__url_time_range}';
const toHost = '/d/faultline-host?var-host=${__data.fields.host}&${__url_time_range}';
const link = (title: string, url: string) => ({ links: [{ title, url, targetBlank: false }] });

/** From a VM and from a host to its own dashboard, with the time range. */
const LINKED = [
  { field: 'vm', properties: { 'custom.hidden': true } },
  { field: 'vmName', properties: { displayName: 'VM', ...link('Open this VM', toVm) } },
  { field: 'host', properties: { displayName: 'Host', ...link('Open this host', toHost) } },
];

/** 1 is well, 0 is not. */
export const WELL_OR_NOT = [
  {
    type: 'value',
    options: { '0': { text: 'not well', color: 'red', index: 0 }, '1': { text: 'well', color: 'green', index: 1 } },
  },
];
