import type { AlarmLevel } from '@faultline/contracts';

/** Levels by the value of an alert's label `severity`, lower case. */
export type SeverityLevels = Readonly<Record<string, AlarmLevel>>;

/**
 * What the usual severities mean. Alertmanager defines none. X.733's `warning` says that something may come, while an alert of
 * severity `warning` says that something is wrong: it is a minor alarm.
 */
export const DEFAULT_LEVELS: SeverityLevels = {
  critical: 'critical',
  page: 'critical',
  emergency: 'critical',
  major: 'major',
  error: 'major',
  high: 'major',
  minor: 'minor',
  warning: 'minor',
  medium: 'minor',
  low: 'warning',
  info: 'warning',
  none: 'indeterminate',
};

/** The level of an alert: of one without a severity, or with one that nobody explained, nothing is claimed. */
export function levelOf(severity: string | undefined, levels: SeverityLevels): AlarmLevel {
  const known = severity?.trim().toLowerCase() ?? '';
  return (Object.hasOwn(levels, known) ? levels[known] : undefined) ?? 'indeterminate';
}
