export { operationRoutes } from './routes.ts';
export { findOperation, operationsInRange, storeOperation, type OperationSummary } from './store.ts';
