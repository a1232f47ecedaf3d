import type { Alarm, AlarmAlert, AlarmHistoryEntry, AlarmOperator, AlarmRecord } from '@faultline/contracts';
import type { Selectable } from 'kysely';
import type { Database } from '../database/index.ts';

export type AlarmRow = Selectable<Database['alarms']>;
/** What an alarm itself says, without what people did about it. */
export type AlarmFacts = Omit<AlarmRow, keyof OperatorColumns>;
type OperatorColumns = Pick<
  AlarmRow,
  'operator_state' | 'operator_by' | 'operator_at' | 'operator_note' | 'shelved_until'
>;
export type AlertColumns = Pick<AlarmRow, 'fingerprint' | 'silenced' | 'inhibited' | 'silenced_by' | 'inhibited_by'>;
type HistoryRow = Selectable<Database['alarm_history']>;

export function factsOf({ vm, details, cleared, alert, cycle, operation, ...rest }: Alarm): AlarmFacts {
  return {
    ...rest,
    details: JSON.stringify(details),
    vm: vm?.uuid ?? null,
    vm_name: vm?.name ?? null,
    cleared: cleared ?? null,
    ...alertColumns(alert),
    cycle: cycle ?? null,
    operation: operation ?? null,
  };
}

/** What a renewed alarm says anew. What Alertmanager makes of one that is not its own, its source does not know. */
export function renewedFactsOf(alarm: Alarm): Omit<AlarmFacts, keyof AlertColumns> & Partial<AlertColumns> {
  const { fingerprint, silenced, inhibited, silenced_by, inhibited_by, ...facts } = factsOf(alarm);
  return { ...facts, ...(alarm.alert && { fingerprint, silenced, inhibited, silenced_by, inhibited_by }) };
}

export const alertColumns = (alert: AlarmAlert | undefined): AlertColumns => ({
  fingerprint: alert?.fingerprint ?? null,
  silenced: stored(alert?.silenced),
  inhibited: stored(alert?.inhibited),
  silenced_by: alert?.silencedBy === undefined ? null : JSON.stringify(alert.silencedBy),
  inhibited_by: alert?.inhibitedBy === undefined ? null : JSON.stringify(alert.inhibitedBy),
});

/** Undefined where it is no alert of Alertmanager's. */
function alertOf({
  fingerprint,
  silenced,
  inhibited,
  silenced_by,
  inhibited_by,
}: AlertColumns): AlarmAlert | undefined {
  if (fingerprint === null) return undefined;
  return {
    ...{ fingerprint, silenced: flag(silenced), inhibited: flag(inhibited) },
    ...(silenced_by !== null && { silencedBy: JSON.parse(silenced_by) as string[] }),
    ...(inhibited_by !== null && { inhibitedBy: JSON.parse(inhibited_by) as string[] }),
  };
}

export const operatorColumns = ({ state, by, at, note, until }: AlarmOperator): OperatorColumns => ({
  operator_state: state,
  operator_by: by,
  operator_at: at,
  operator_note: note,
  shelved_until: until,
});

export const operatorOf = (row: OperatorColumns): AlarmOperator => ({
  state: row.operator_state,
  by: row.operator_by,
  at: row.operator_at,
  note: row.operator_note,
  until: row.shelved_until,
});

/** The alarm itself, with the occurrences that were counted under its own id. */
export function alarmOf(row: AlarmFacts): Alarm {
  const { id, key, name, category, level, cause, host, raised, changed, occurrences, source } = row;
  const alert = alertOf(row);
  return {
    ...{ id, key, name, category, level, cause, host, raised, changed, occurrences, source },
    details: JSON.parse(row.details) as Record<string, string>,
    ...(row.vm !== null && { vm: { uuid: row.vm, name: row.vm_name ?? row.vm } }),
    ...(row.cleared !== null && { cleared: row.cleared }),
    ...(alert && { alert }),
    ...(row.cycle !== null && { cycle: row.cycle }),
    ...(row.operation !== null && { operation: row.operation }),
  };
}

/** The record as it is stored; whether its shelf has ended is for {@link operatorAt} to say. */
export const recordOf = (row: AlarmRow): AlarmRecord => ({ ...alarmOf(row), operator: operatorOf(row) });

const stored = (flag: boolean | null | undefined): number | null => (flag == null ? null : Number(flag));
const flag = (stored: number | null): boolean | null => (stored === null ? null : stored === 1);

export const historyRowOf = (alarm: string, seq: number, { from, to, ...entry }: AlarmHistoryEntry): HistoryRow => ({
  alarm,
  seq,
  ...entry,
  from_state: from,
  to_state: to,
});

export const historyEntryOf = ({ at, act, by, from_state, to_state, note, until }: HistoryRow): AlarmHistoryEntry => ({
  ...{ at, act, by, from: from_state, to: to_state, note, until },
});
