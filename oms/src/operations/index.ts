export { operationRoutes } from './routes.ts';
export type { OperationSummary } from './rows.ts';
export { findOperation, operationsInRange, storeOperation } from './store.ts';
export { operationRecords } from './retention.ts';
