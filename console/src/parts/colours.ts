import type { GrafanaTheme2 } from '@grafana/data';
import type { AlarmLevel } from '@faultline/contracts';
import type { OperationResult } from '@faultline/contracts';

/** The chart's colours, so that a level or a result looks the same wherever it is seen. */
const HUES = {
  red: { dark: '#ff6b45', light: '#c22e0a' },
  orange: { dark: '#ff9830', light: '#b35600' },
  yellow: { dark: '#f2cc0c', light: '#806900' },
  blue: { dark: '#6e9fff', light: '#1f62e0' },
  purple: { dark: '#ca95e5', light: '#8f3bb8' },
  green: { dark: '#4cc9a8', light: '#0b7a68' },
};

const LEVELS: Record<AlarmLevel, keyof typeof HUES> = {
  critical: 'red',
  major: 'orange',
  minor: 'yellow',
  warning: 'blue',
  indeterminate: 'purple',
};
const RESULTS: Record<Exclude<OperationResult, 'cancelled'>, keyof typeof HUES> = {
  running: 'blue',
  ok: 'green',
  failed: 'red',
  timeout: 'orange',
};

const shadeOf = (theme: GrafanaTheme2) => (theme.isDark ? 'dark' : 'light');

export const levelColour = (theme: GrafanaTheme2, level: AlarmLevel): string => HUES[LEVELS[level]][shadeOf(theme)];

export const resultColour = (theme: GrafanaTheme2, result: OperationResult): string =>
  result === 'cancelled' ? theme.colors.text.secondary : HUES[RESULTS[result]][shadeOf(theme)];

export const goodColour = (theme: GrafanaTheme2): string => HUES.green[shadeOf(theme)];
export const badColour = (theme: GrafanaTheme2): string => HUES.red[shadeOf(theme)];
