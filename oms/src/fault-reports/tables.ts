import type { FaultReportNaming } from '@faultline/contracts';

/** Tables of the domain `fault-reports`; times are ms. */
export interface FaultReportTables {
  fault_reports: {
    id: string;
    named_by: FaultReportNaming;
    named_value: string;
    reporter: string;
    symptom: string;
    at: number;
    received: number;
    vm: string | null;
    vm_name: string | null;
    resolved_at: number | null;
    resolved_by: string | null;
    /** A JSON array of candidates, as they were when the report was last looked up. */
    candidates: string;
  };
}
