import type { FaultReport } from '@faultline/contracts';
import { ApiError } from '../errors.ts';

/** Thrown when a report names its VM in no way, or in several: which of them would count is not for us to guess. */
export class FaultReportNamingError extends ApiError {
  override readonly name = 'FaultReportNamingError';
  constructor() {
    const detail = 'the VM must be named by exactly one of uuid, vmName, ip and user';
    super({ code: 'fault-report-naming', detail });
  }
}

/** Thrown when a fault is said to have been noticed in the future. */
export class FaultReportTimesError extends ApiError {
  override readonly name = 'FaultReportTimesError';
  constructor(aheadMs: number) {
    super({ code: 'report-times', detail: `/at is ${aheadMs} ms in the future`, field: '/at' });
  }
}

/** Thrown when no known VM bears the name. The report is kept, and listed as unresolved. */
export class FaultReportVmUnknownError extends ApiError {
  override readonly name = 'FaultReportVmUnknownError';
  constructor({ id, named }: FaultReport) {
    const detail = `no known VM has the ${named.by} ${named.value}; report ${id} is kept as unresolved`;
    super({ code: 'fault-report-vm-unknown', detail, field: `/${named.by}` });
  }
}

/** Thrown when an id is used again for another report. The first one is unchanged. */
export class FaultReportIdConflictError extends ApiError {
  override readonly name = 'FaultReportIdConflictError';
  constructor(id: string) {
    super({ code: 'fault-report-id-conflict', detail: `${id} is the id of another fault report`, field: '/id' });
  }
}

/** Thrown when no fault report has this id. */
export class FaultReportUnknownError extends ApiError {
  override readonly name = 'FaultReportUnknownError';
  constructor(id: string) {
    super({ code: 'fault-report-unknown', detail: `there is no fault report with the id ${id}`, field: '/id' });
  }
}

/** Thrown when a report of one VM is to be one of another VM. */
export class FaultReportResolvedError extends ApiError {
  override readonly name = 'FaultReportResolvedError';
  constructor(id: string, vm: string) {
    super({ code: 'fault-report-resolved', detail: `fault report ${id} is of VM ${vm} already`, field: '/vm' });
  }
}
