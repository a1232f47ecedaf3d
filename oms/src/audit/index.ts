export { auditRoutes } from './routes.ts';
export { recordAudit } from './store.ts';
