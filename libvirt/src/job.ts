import type { TypedValue } from './domain.ts';

/** virDomainJobType. */
export type JobType = 'none' | 'bounded' | 'unbounded' | 'completed' | 'failed' | 'cancelled';

/** virDomainJobOperation; `operation-<n>` for one newer than us. */
export type JobOperation =
  | 'unknown'
  | 'start'
  | 'save'
  | 'restore'
  | 'migration-in'
  | 'migration-out'
  | 'snapshot'
  | 'snapshot-revert'
  | 'dump'
  | 'backup'
  | 'snapshot-delete'
  | `operation-${number}`;

/** virDomainGetJobInfo. Sums are 0 where they are not known or do not apply. */
export interface DomainJobInfo {
  type: JobType;
  elapsedMs: number;
  /** Only of a `bounded` job. */
  remainingMs: number;
  data: JobProgress;
  memory: JobProgress;
  file: JobProgress;
}

/** Bytes. `total` is no promise: a guest that goes on writing makes it grow. */
export interface JobProgress {
  totalBytes: number;
  processedBytes: number;
  remainingBytes: number;
}

/**
 * virDomainGetJobStats, under libvirt's own names (VIR_DOMAIN_JOB_* in libvirt-domain.h): `time_elapsed`, `downtime`
 * and `setup_time` in ms; `data_*`, `memory_*` and `disk_*` in bytes; `memory_bps` in bytes a second;
 * `memory_dirty_rate` in pages a second; `memory_iteration`; `auto_converge_throttle` in percent. Which of them are
 * there depends on the job.
 */
export interface DomainJobStats {
  type: JobType;
  /** What the job is; null when the daemon does not say. */
  operation: JobOperation | null;
  values: Map<string, TypedValue>;
}
