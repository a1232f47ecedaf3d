import type { AuditRecord } from '@faultline/contracts';

/** Tables of the domain `audit`; times are ms. Rows are added, and never changed. */
export interface AuditTables {
  audit: Pick<AuditRecord, 'id' | 'at' | 'who' | 'role' | 'what' | 'target' | 'why' | 'outcome'> & {
    /** A JSON object. */
    details: string;
  };
}
