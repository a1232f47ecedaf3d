import type { DomainJobStats, JobOperation, JobType } from '../job.ts';
import type { TypedValue } from '../domain.ts';
import { enumName } from './enum-names.ts';

/** virDomainJobType, by number. */
export const jobTypeNames = [
  'none',
  'bounded',
  'unbounded',
  'completed',
  'failed',
  'cancelled',
] as const satisfies JobType[];

/** virDomainJobOperation, by number. */
export const jobOperationNames = [
  'unknown',
  'start',
  'save',
  'restore',
  'migration-in',
  'migration-out',
  'snapshot',
  'snapshot-revert',
  'dump',
  'backup',
  'snapshot-delete',
] as const satisfies JobOperation[];

/** libvirt has had these types since 0.7.7; a job of a type we do not know is one without a known end. */
export function jobType(code: number): JobType {
  return jobTypeNames[code] ?? 'unbounded';
}

/** VIR_DOMAIN_JOB_OPERATION of a job's statistics. */
export function jobOperation(values: DomainJobStats['values']): JobOperation | null {
  const code: TypedValue | undefined = values.get('operation');
  return typeof code === 'number' ? (enumName(jobOperationNames, code, 'operation') as JobOperation) : null;
}
