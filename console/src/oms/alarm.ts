import type {
  ALARM_CATEGORIES as Categories,
  AlarmLevel,
  AlarmRecord,
  ALARM_LEVELS as Levels,
} from '@faultline/contracts';

// The contract's own lists, held to it by their types: the page holds no schema library.
export const ALARM_LEVELS: typeof Levels = ['critical', 'major', 'minor', 'warning', 'indeterminate'];
export const ALARM_CATEGORIES: typeof Categories = [
  'communications',
  'quality-of-service',
  'processing',
  'equipment',
  'environmental',
  'security',
];

/** What is open on one VM. */
export interface OpenAlarms {
  count: number;
  worst: AlarmLevel;
}

const rankOf = (level: AlarmLevel): number => ALARM_LEVELS.indexOf(level);

/** The open alarms of each VM that has any, by UUID. */
export function openAlarmsByVm(alarms: readonly Pick<AlarmRecord, 'vm' | 'level'>[]): Map<string, OpenAlarms> {
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
