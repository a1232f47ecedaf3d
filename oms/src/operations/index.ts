export { operationRoutes } from './routes.ts';
export { addOperation, operationsAround, replaceOperation, withdrawOperation } from './foreign.ts';
export { operationsInRange } from './in-range.ts';
export { operationMarks } from './marks.ts';
export { initiatorNames } from './names.ts';
export type { OperationSummary } from './rows.ts';
export { findOperation, storeOperation } from './store.ts';
export { operationRecords } from './retention.ts';
