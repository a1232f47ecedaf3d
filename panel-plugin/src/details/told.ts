import type { AlarmMark, OperationMark } from '../timeline/model.ts';
import type { AlarmRecord, OperationRecord } from './records.ts';

/** An alarm of a data source that keeps no details, from what its mark tells; null where there is somebody to ask. */
export function toldAlarm(mark: AlarmMark | undefined, vmName: string): AlarmRecord | null {
  if (!mark?.told) {
    return null;
  }
  const { id, name, category, level, cause, told, from, to, occurrences } = mark;
  return {
    ...{ id, key: id, name, category, level, cause, details: told, vmName, host: '' },
    ...{ time: from, changed: null, timeEnd: to, occurrences, source: '', operator: null },
    ...{ suppressed: '', silencedBy: '', inhibitedBy: '' },
  };
}

/** The same of an operation; of its message flow nothing is known. */
export function toldOperation(mark: OperationMark | undefined, vmName: string): OperationRecord | null {
  if (!mark?.told) {
    return null;
  }
  const { id, kind, initiator, from, to, result, cause } = mark;
  return { id, vmName, kind, initiator, time: from, timeEnd: to, result, cause, source: '', hops: [] };
}
