/** Alarms as `GET /api/v1/alarms` tells them, worst level first. Times are ms since the epoch. */

export const ALARM_LEVELS = ['critical', 'major', 'minor', 'warning', 'indeterminate'] as const;
export type AlarmLevel = (typeof ALARM_LEVELS)[number];

export const ALARM_CATEGORIES = [
  'communications',
  'quality-of-service',
  'processing',
  'equipment',
  'environmental',
  'security',
] as const;

export type OperatorState = 'none' | 'acknowledged' | 'shelved' | 'closed';

export interface AlarmOperator {
  state: OperatorState;
  by: string | null;
  at: number | null;
  note: string | null;
  /** Until when it is on the shelf. */
  until: number | null;
}

export interface Alarm {
  id: string;
  name: string;
  category: string;
  level: AlarmLevel;
  cause: string;
  details: Record<string, string>;
  vm?: { uuid: string; name: string };
  host: string;
  raised: number;
  changed: number;
  cleared?: number;
  occurrences: number;
  source: string;
  alert?: { fingerprint: string; silenced: boolean | null; inhibited: boolean | null };
  cycle?: number;
  operation?: string;
  operator: AlarmOperator;
}

export interface AlarmHistoryEntry {
  at: number;
  act: string;
  by: string | null;
  from: OperatorState;
  to: OperatorState;
  note: string | null;
  until: number | null;
}

export type AlarmWithHistory = Alarm & { history: AlarmHistoryEntry[] };

/** What is open on one VM. */
export interface OpenAlarms {
  count: number;
  worst: AlarmLevel;
}

const rankOf = (level: AlarmLevel): number => ALARM_LEVELS.indexOf(level);

/** The open alarms of each VM that has any, by UUID. */
export function openAlarmsByVm(alarms: readonly Pick<Alarm, 'vm' | 'level'>[]): Map<string, OpenAlarms> {
  const byVm = new Map<string, OpenAlarms>();
  for (const { vm, level } of alarms) {
    if (vm !== undefined) {
      const known = byVm.get(vm.uuid);
      const worst = known === undefined || rankOf(level) < rankOf(known.worst) ? level : known.worst;
      byVm.set(vm.uuid, { count: (known?.count ?? 0) + 1, worst });
    }
  }
  return byVm;
}
