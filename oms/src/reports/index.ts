export { reportRoutes } from './routes.ts';
export { checkTimes, timeOf } from './schema.ts';
export { ingestReports } from './store.ts';
export { reportRecords } from './retention.ts';
