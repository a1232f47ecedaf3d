export { reportRoutes } from './routes.ts';
export { checkTimes, CLOCK_TOLERANCE_MS, timeOf } from './schema.ts';
export { ingestReports } from './store.ts';
export { reportRecords } from './retention.ts';
