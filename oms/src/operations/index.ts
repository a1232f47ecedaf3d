export { operationRoutes } from './routes.ts';
export { addOperation, replaceOperation, withdrawOperation } from './foreign.ts';
export type { OperationSummary } from './rows.ts';
export { findOperation, operationsInRange, storeOperation } from './store.ts';
