/** Which of several OMSs on one database performs operations, and how the others hand them to it. */
export { NoPerformerError } from './errors.ts';
export { performedByHolder, prepareForwarding } from './forward.ts';
export type { Lease, Tenure } from './lease.ts';
export { SharedLease } from './shared.ts';
export { soleLease, soleTenure } from './sole.ts';
