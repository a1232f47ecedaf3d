import type { DiskErrorName } from '../domain.ts';
import { enumName } from './enum-names.ts';

/** virDomainDiskErrorCode, by number. */
export const diskErrorNames = ['none', 'unspecified', 'no-space'] as const satisfies DiskErrorName[];

export function diskError(code: number): DiskErrorName {
  return enumName(diskErrorNames, code, 'error') as DiskErrorName;
}
