import type { AlarmLevel, OperationResult } from '../timeline/model.ts';

/** Severities of alerts and logs; those of Alertmanager as the OMS reads them. */
const LEVELS: Record<string, AlarmLevel> = {
  critical: 'critical',
  emergency: 'critical',
  fatal: 'critical',
  disaster: 'critical',
  page: 'critical',
  major: 'major',
  error: 'major',
  high: 'major',
  minor: 'minor',
  average: 'minor',
  warning: 'minor',
  warn: 'minor',
  low: 'warning',
  info: 'warning',
  information: 'warning',
  notice: 'warning',
};

const RESULTS: Record<string, OperationResult> = {
  ok: 'ok',
  success: 'ok',
  succeeded: 'ok',
  completed: 'ok',
  done: 'ok',
  finished: 'ok',
  info: 'ok',
  failed: 'failed',
  failure: 'failed',
  fail: 'failed',
  error: 'failed',
  critical: 'failed',
  timeout: 'timeout',
  'timed out': 'timeout',
  running: 'running',
  started: 'running',
  pending: 'running',
  'in progress': 'running',
  in_progress: 'running',
  cancelled: 'cancelled',
  canceled: 'cancelled',
  aborted: 'cancelled',
};

export function levelOfWord(word: string): AlarmLevel {
  return find(LEVELS, word) ?? 'indeterminate';
}

/** A mark that says nothing of a result was made by something that was done. */
export function resultOfWord(word: string): OperationResult {
  return find(RESULTS, word) ?? 'ok';
}

function find<Value>(table: Record<string, Value>, word: string): Value | undefined {
  const key = word.trim().toLowerCase();
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
