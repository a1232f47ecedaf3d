import type { Alarm, AlarmHistoryEntry, OperatorState } from '@faultline/contracts';

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
    fingerprint: string | null;
    /** 1, 0, or null where it is not known. */
    silenced: number | null;
    inhibited: number | null;
    /** JSON lists of strings; null where nobody asked Alertmanager. */
    silenced_by: string | null;
    inhibited_by: string | null;
    cycle: number | null;
    operation: string | null;
    /** As the last act or turn left it; whether a shelf has ended since, the clock tells. */
    operator_state: OperatorState;
    operator_by: string | null;
    operator_at: number | null;
    operator_note: string | null;
    shelved_until: number | null;
  };
  /** Ids under which the same, not yet cleared condition was raised again (A45): they are no alarms of their own. */
  alarm_folds: {
    id: string;
    into_id: string;
    changed: number;
    occurrences: number;
  };
  /** What people did about alarms, and what changed their operator states by itself. Rows are added, and never changed. */
  alarm_history: {
    alarm: string;
    /** 1, 2, ... */
    seq: number;
    at: number;
    act: AlarmHistoryEntry['act'];
    by: string | null;
    from_state: OperatorState;
    to_state: OperatorState;
    note: string | null;
    until: number | null;
  };
}
