import type { Alarm } from '@faultline/contracts';

/** Tables of the domain `alarms`; times are ms. */
export interface AlarmTables {
  alarms: {
    id: string;
    key: string;
    name: string;
    category: Alarm['category'];
    level: Alarm['level'];
    cause: string;
    /** A JSON object of strings. */
    details: string;
    vm: string | null;
    vm_name: string | null;
    host: string;
    raised: number;
    changed: number;
    cleared: number | null;
    /** As counted under this id; what was folded in is counted in `alarm_folds`. */
    occurrences: number;
    source: string;
  };
  /** Ids under which the same, not yet cleared condition was raised again (A45): they are no alarms of their own. */
  alarm_folds: {
    id: string;
    into_id: string;
    changed: number;
    occurrences: number;
  };
}
